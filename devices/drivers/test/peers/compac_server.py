"""A Compac C5000 as pymodbus serves it: an implementation of Modbus that is not ours.

Prints `ready PORT`, then takes one JSON object of register values a line on standard input
({"125": 3, ...}) and answers each with `set`. Ends with its standard input.
"""

import asyncio
import json
import sys
import threading

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server.async_io import ModbusTcpServer

# The registers of the manual, holes left out: reading across a hole is exception 2.
REGISTERS = [*range(100, 118), *range(124, 130), *range(200, 204)]


def feed(block):
    for line in sys.stdin:
        for address, value in json.loads(line).items():
            block.setValues(int(address), [value])
        print("set", flush=True)


async def main():
    block = ModbusSparseDataBlock({address: 0 for address in REGISTERS})
    slave = ModbusSlaveContext(hr=block, zero_mode=True)
    context = ModbusServerContext(slaves={5: slave}, single=False)
    server = ModbusTcpServer(context, address=("127.0.0.1", 0))
    task = asyncio.create_task(server.serve_forever())
    while getattr(server, "server", None) is None or not server.server.sockets:
        await asyncio.sleep(0.01)
    print("ready", server.server.sockets[0].getsockname()[1], flush=True)
    feeder = threading.Thread(target=feed, args=(block,), daemon=True)
    feeder.start()
    while feeder.is_alive():
        await asyncio.sleep(0.05)
    task.cancel()


asyncio.run(main())
