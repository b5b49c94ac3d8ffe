"""Actions over HTTP: gunicorn with 2 × 4 threads, a session cookie, beside the bare Flask endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import product
from tests.bench.client import Client
from tests.bench.ground import LOGIN, PASSWORD, Ground
from tests.bench.gunicorn import serving
from tests.bench.measure import Goal, Row, Timing, at_most, together

WARM = 30
SECRET = "bench-secret-bench-secret-bench-secret"


def environment(ground: Ground) -> dict[str, str]:
    """What a process of the product needs to meet the bench's servers."""
    assert ground.settings.database_url is not None
    assert ground.settings.redis_url is not None
    return {
        "DATABASE_URL": ground.settings.database_url,
        "REDIS_URL": ground.settings.redis_url,
        "DATA_DIR": str(ground.settings.data_dir),
        "SECRET_KEY": SECRET,
        "LOG_LEVEL": "ERROR",
    }


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """Completions over HTTP by one client and by four."""
    count = 200 if quick else 1000
    bare = _bare(ground, count)
    rows, ratios = [], []
    with serving("app.wsgi:create()", environment(ground), "/healthz") as (port, _):
        for clients in (1, 4):
            ours = together(clients, lambda _: _completions(ground, port, count // clients + WARM), WARM)  # noqa: B023
            note = f"{ours.rate:.0f}/s, bare {bare[clients].rate:.0f}/s"
            rows.append(Row(f"HTTP completion, {clients} client{'s' * (clients > 1)}", ours, bare[clients], None, note))
            ratios.append(ours.p50 / bare[clients].p50)
        rows += _reading(ground, port, count // 4)
    return rows, [at_most("HTTP completion p50 ÷ bare Flask, 1 and 4 clients (worse)", max(ratios), 3)]


def _bare(ground: Ground, count: int) -> dict[int, Timing]:
    pattern = product.start(ground.actor, "ten_tasks")
    task = product.open_task(pattern)
    assert task is not None
    product.complete(ground.actor, task)
    settings = {"BENCH_DSN": ground.dsn, "BENCH_PATTERN": str(pattern)}
    found = {}
    with serving("tests.bench.bare:create()", settings, "/") as (port, _):
        for clients in (1, 4):

            def calls(_: int) -> Iterator[product.Call]:
                client = Client(port)
                client.send("POST", "/login", b"")
                for _ in range(count // clients + WARM):  # noqa: B023
                    yield lambda: client.post("/complete", {"variables": {}})

            found[clients] = together(clients, calls, WARM)
    return found


class _HttpCompletion(product.Completion):
    """Completes a task through the API."""

    def __init__(self, ground: Ground, instance: int, client: Client) -> None:
        super().__init__(ground.actor, instance)
        self.client = client

    def __call__(self) -> None:
        self.client.post(f"/v2/user-tasks/{self.task}/completion", {"variables": {}})


def _completions(ground: Ground, port: int, count: int) -> Iterator[product.Call]:
    client = Client(port)
    client.sign_in(LOGIN, PASSWORD)
    for _ in range(0, count, 10):
        instance = product.start(ground.actor, "ten_tasks")
        for _ in range(10):
            yield _HttpCompletion(ground, instance, client)


def _reading(ground: Ground, port: int, count: int) -> list[Row]:
    """Searching tasks and starting instances over HTTP."""

    def searches(_: int) -> Iterator[product.Call]:
        client = Client(port)
        client.sign_in(LOGIN, PASSWORD)
        body = {"filter": {"state": "CREATED"}, "page": {"limit": 50}}
        return (lambda: client.post("/v2/user-tasks/search", body) for _ in range(count))

    def starts(_: int) -> Iterator[product.Call]:
        client = Client(port)
        client.sign_in(LOGIN, PASSWORD)
        body = {"processDefinitionId": "ten_tasks"}
        return (lambda: client.post("/v2/process-instances", body) for _ in range(count))

    return [
        Row("HTTP start an instance, 1 client", together(1, starts, 10)),
        Row("HTTP search 50 open tasks, 1 client", together(1, searches, 10)),
    ]
