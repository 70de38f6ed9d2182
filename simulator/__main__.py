"""`python -m simulator`: serve the simulated cloud on this machine."""

import argparse
import asyncio
from collections.abc import Sequence
import ipaddress
import logging
import signal
import sys

from aiohttp import web

from simulator.app import create_app
from simulator.media.speech import VoiceError
from simulator.settings import DEFAULT_API_KEY, Limits, LiveKitServer, PathStyle, Settings

_DEFAULT_PORT = 8900
_SHUTDOWN_SECONDS = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not _is_loopback(options.host):
        parser.error("--host must be a loopback address: the control endpoint has no key")
    parts = (options.livekit_url, options.livekit_key, options.livekit_secret)
    if any(parts) and not all(parts):
        parser.error("--livekit-url, --livekit-key and --livekit-secret belong together")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    settings = Settings(
        path_style=PathStyle(options.path_style),
        livekit=_livekit_server(options),
        limits=Limits(api_keys=tuple(options.key or [DEFAULT_API_KEY])),
    )
    try:
        app = create_app(settings)
    except (ImportError, VoiceError) as error:
        parser.exit(1, f"simulator: rooms need more than is installed: {error}\n")
    asyncio.run(_serve(app, options.host, options.port))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="loopback address")
    parser.add_argument("--port", type=int, default=_DEFAULT_PORT, help="0: any free one")
    parser.add_argument(
        "--path-style", choices=[style.value for style in PathStyle], default=PathStyle.SLASH.value
    )
    parser.add_argument("--livekit-url", help="ws:// address of a LiveKit server; else no rooms")
    parser.add_argument("--livekit-key", help="API key of that server")
    parser.add_argument("--livekit-secret", help="API secret of that server")
    parser.add_argument(
        "--key",
        action="append",
        help=f"API key of the account, may be repeated (default: {DEFAULT_API_KEY})",
    )
    return parser


def _livekit_server(options: argparse.Namespace) -> LiveKitServer | None:
    if options.livekit_url is None:
        return None
    return LiveKitServer(
        url=options.livekit_url,
        api_key=options.livekit_key,
        api_secret=options.livekit_secret,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _serve(app: web.Application, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        address = runner.addresses[0]
        print(f"Simulator: http://{address[0]}:{address[1]}", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
