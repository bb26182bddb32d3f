import pytest
from fault_server import fault_server


@pytest.fixture
def server(monkeypatch, request):
    """A server of the test module's PAYLOAD that misbehaves as it is told."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with fault_server(request.module.PAYLOAD) as faults:
        yield faults
