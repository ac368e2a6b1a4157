-- Count one attempt and say when its window ends, so that who asks can be told how long to wait.
-- kernel_throttle_count stays for processes that were started before this.
CREATE FUNCTION kernel_throttle_take(p_bucket text, p_seconds integer, OUT taken integer, OUT resets_in integer)
LANGUAGE sql AS $$
    INSERT INTO kernel_throttle AS t VALUES (p_bucket, now(), 1)
    ON CONFLICT (bucket) DO UPDATE SET
        window_at = CASE WHEN t.window_at > now() - make_interval(secs => p_seconds) THEN t.window_at ELSE now() END,
        count = CASE WHEN t.window_at > now() - make_interval(secs => p_seconds) THEN t.count + 1 ELSE 1 END
    RETURNING count, ceil(extract(epoch FROM window_at + make_interval(secs => p_seconds) - now()))::integer
$$;
