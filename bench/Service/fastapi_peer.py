"""Predicts with a 1-16-8-1 network in PyTorch behind FastAPI, from the same requests as the service. The arguments are the port and
the number of processes. Each process listens on the port, so that the kernel spreads connections over them. It does not start
without uvloop and httptools: uvicorn would use slower alternatives, and the comparison would not be fair."""
import os
import socket
import sys

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

torch.set_num_threads(1)
torch.manual_seed(1)
network = torch.nn.Sequential(
    torch.nn.Linear(1, 16), torch.nn.ReLU(), torch.nn.Linear(16, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)
)
app = FastAPI()


class Request(BaseModel):
    rows: list[dict[str, float]]


@app.post("/predictions")
async def predict(request: Request):
    with torch.inference_mode():
        outputs = network(torch.tensor([[(row["hours"] - 4.5) / 2.3] for row in request.rows]))
    return {"predictions": [{"value": 72 + 18 * output} for output in outputs[:, 0].tolist()]}


if __name__ == "__main__":
    port, processes = int(sys.argv[1]), int(sys.argv[2])
    for _ in range(processes - 1):
        if os.fork() == 0:
            break
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, loop="uvloop", http="httptools", log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])
