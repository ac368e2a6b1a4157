from django.apps import AppConfig


class YardstickConfig(AppConfig):
    name = "bench.orm_yardstick"
    label = "yardstick"
