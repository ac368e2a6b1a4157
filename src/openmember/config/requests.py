"""One log line a request: method, route, status, time, queries. The route's pattern, never its values.

And a bound on what a request may send, before anything of it is read.
"""

import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("openmember.request")


class RequestLog:
    """Middleware that logs each request and gives it an id, which the error page shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:12]
        request.META["OPENMEMBER_REQUEST_ID"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.view_name if match else "unmatched",
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        finally:
            structlog.contextvars.clear_contextvars()
        response["X-Request-Id"] = request_id
        return response


class BoundedUploads(FileUploadHandler):
    """The first upload handler: refuses a request with files that is larger than any form of ours asks for.

    Django bounds the other fields; without this a visitor could fill the disk with files no view reads.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  Django's name for it
        content_length: int,
        *rest: Any,
        **more: Any,
    ) -> None:
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig("a request with files that is too large")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
