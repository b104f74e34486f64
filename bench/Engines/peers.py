"""Trains a dense network in PyTorch or scikit-learn. Writes a line with the library's name and version, then reads numbers of epochs,
one a line, and answers each with the seconds of wall-clock time and of processor time that the training took."""
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
    optimizer, mean_squared_error = torch.optim.Adam(network.parameters(), lr=1e-3), torch.nn.MSELoss()
    inputs, targets, validation = torch.from_numpy(x), torch.from_numpy(y).unsqueeze(1), torch.from_numpy(x_validation)

    def train(epochs):
        for _ in range(epochs):
            total = 0.0
            for indices in torch.randperm(rows).split(batch):
                optimizer.zero_grad()
                loss = mean_squared_error(network(inputs[indices]), targets[indices])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(indices)
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
    wall, processor = time.perf_counter(), time.process_time()
    train(int(line))
    print(time.perf_counter() - wall, time.process_time() - processor, flush=True)
