"""A stock python-socketio client that does what it is told, a line of JSON each.

Told:  {"id": 1, "do": "connect", "url": …, "transports": […] or null for the library's own choice, "auth": {…}}
       {"id": 2, "do": "ask", "event": …, "payload": … (left out: the event carries nothing)}
       {"id": 3, "do": "tell", …}       the same, and no acknowledgement is asked for
       {"id": 4, "do": "transport"}
Tells: {"id": 2, "result": …}           or "failed", with the reason
       {"event": …, "payload": …}       what the server sent, in order

It keeps its session as the contract has it: whatever `session` said last is in `auth` of the next connection, which the
library makes by itself. It ends with its input.
"""

import asyncio
import json
import sys

import socketio

# The library's own delay between two attempts is a second and grows to five.
client = socketio.AsyncClient(reconnection_delay=0.2, reconnection_delay_max=0.5)
given = {"auth": {}, "session": None}


def say(**line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def auth():
    session = {} if given["session"] is None else {"sessionId": given["session"]}
    return {**given["auth"], **session}


@client.on("*")
async def heard(event, payload=None):
    if event == "session":
        given["session"] = payload["sessionId"]
    say(event=event, payload=payload)


async def connect(line):
    given["auth"] = line["auth"]
    await client.connect(line["url"], auth=auth, transports=line["transports"], wait_timeout=60)


async def ask(line):
    return await client.call(line["event"], line.get("payload"), timeout=60)


async def tell(line):
    await client.emit(line["event"], line.get("payload"))


async def transport(_line):
    return client.transport()


deeds = {"connect": connect, "ask": ask, "tell": tell, "transport": transport}


async def do(line):
    try:
        say(id=line["id"], result=await deeds[line["do"]](line))
    except Exception as reason:
        say(id=line["id"], failed=f"{type(reason).__name__}: {reason}")


async def main():
    told = asyncio.StreamReader(limit=4_000_000)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    doing = set()
    while text := await told.readline():
        # Not one after the other: a client may send ten candidates before the first is acknowledged. Tasks start in
        # the order in which they are made, so they are sent in this order.
        task = asyncio.create_task(do(json.loads(text)))
        doing.add(task)
        task.add_done_callback(doing.discard)


asyncio.run(main())
