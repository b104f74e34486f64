"""Trains a dense network in PyTorch or scikit-learn whenever a number of epochs comes in, and answers with the seconds it took:
by the clock, and of the processor's time. The first line names the peer and its version."""
import os
import sys
import time
import warnings

import numpy

warnings.filterwarnings("ignore")
peer, rows, features, hidden, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
hidden = [int(units) for units in hidden.split(",")]
random = numpy.random.default_rng(1)
x, y = (random.standard_normal(shape, dtype=numpy.float32) for shape in ((rows, features), rows))
x_validation = random.standard_normal((max(1, rows // 5), features), dtype=numpy.float32)


def pytorch():
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    layers = []
    for inputs, outputs in zip([features, *hidden], hidden):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers, torch.nn.Linear(hidden[-1], 1))
    optimizer, loss_of = torch.optim.Adam(network.parameters(), lr=1e-3), torch.nn.MSELoss()
    inputs, targets, validation = torch.from_numpy(x), torch.from_numpy(y).unsqueeze(1), torch.from_numpy(x_validation)

    def train(epochs):
        for _ in range(epochs):
            total = 0.0
            for part in torch.randperm(rows).split(batch):
                optimizer.zero_grad()
                loss = loss_of(network(inputs[part]), targets[part])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(part)
            with torch.no_grad():
                network(validation)

    return f"PyTorch {torch.__version__}", train


def scikit_learn():
    import sklearn
    from sklearn.neural_network import MLPRegressor

    def train(epochs):
        network = MLPRegressor(hidden, batch_size=min(batch, rows), max_iter=epochs, tol=0, n_iter_no_change=10**9)
        network.fit(x, y)

    return f"scikit-learn {sklearn.__version__}", train


name, train = {"torch": pytorch, "sklearn": scikit_learn}[peer]()
print(name, flush=True)
for line in sys.stdin:
    clock, processor = time.perf_counter(), time.process_time()
    train(int(line))
    print(time.perf_counter() - clock, time.process_time() - processor, flush=True)
