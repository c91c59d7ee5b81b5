"""A Compac C5000 hose on Debian's pymodbus: somebody else's Modbus server as our pump.

Usage: compac_pump.py PORT. Commands on standard input, one a line:
  lift            the hose leaves its hook
  deliver ML FEN  ML millilitres flow for FEN fen, shown rising over about a second
  hangup          back on the hook; the last delivery stands in 0124 to 0128
Registers: Compac C5000 service manual, page 115. Prints "ready" once it listens.
"""

import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncTcpServer

UNIT_PRICE_FEN = 789
registers = ModbusSequentialDataBlock(0, [0] * 400)


def put(address, *values):
    registers.setValues(address, list(values))


def put_u32(address, value):
    put(address, value >> 16, value & 0xFFFF)


def put_bcd12(address, value):
    digits = f"{value:012d}"
    put(address, *(int(digits[i : i + 4], 16) for i in (0, 4, 8)))


async def deliver(state, volume_ml, amount_fen):
    put(100, 0b11)
    for step in range(1, 11):
        put_u32(102, volume_ml * step // 10)
        put_u32(104, amount_fen * step // 10)
        put_bcd12(106, state["total_ml"] + volume_ml * step // 10)
        await asyncio.sleep(0.1)
    state["total_ml"] += volume_ml
    state["last"] = (volume_ml, amount_fen)
    put(100, 0b01)


async def obey(line, state):
    words = line.split()
    if words[:1] == ["lift"]:
        put_u32(102, 0)
        put_u32(104, 0)
        put(100, 0b01)
    elif words[:1] == ["deliver"]:
        await deliver(state, int(words[1]), int(words[2]))
    elif words[:1] == ["hangup"]:
        volume_ml, amount_fen = state["last"]
        put_u32(125, volume_ml)
        put_u32(127, amount_fen)
        put(124, 1)
        put(100, 0)
    print("done", *words, flush=True)


async def main():
    port = int(sys.argv[1])
    state = {"total_ml": 1_000_000, "last": (0, 0)}
    put(101, UNIT_PRICE_FEN)
    put_bcd12(106, state["total_ml"])
    context = ModbusServerContext(
        slaves=ModbusSlaveContext(hr=registers, ir=registers, zero_mode=True), single=True
    )
    server = asyncio.create_task(StartAsyncTcpServer(context=context, address=("127.0.0.1", port)))
    await asyncio.sleep(0.3)
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await obey(line, state)
    server.cancel()


asyncio.run(main())
