"""Trains boosted trees of scikit-learn or XGBoost with their defaults, on one thread. Writes a line with the library's name and version,
then reads lines: the number of classes (0 for numbers), the number of columns, and the numbers of those that are categories. The folder
has the rows as bare arrays: train and test (float64, row-major, NaN where missing) and targets (float32). Each line is answered with the
processor time in seconds, after the predictions were written to the folder as float64, or with an error."""
import pathlib
import sys
import time
import warnings

warnings.filterwarnings("ignore")
peer, folder = sys.argv[1], pathlib.Path(sys.argv[2])
try:
    import numpy

    if peer == "sklearn":
        import sklearn as library
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    else:
        import xgboost as library
except ImportError:
    sys.exit()

MOST_LEVELS = 255  # scikit-learn takes no codes from here on, so such a column is a number for it


def scikit_learn(classes, categories, train):
    few = [column for column in categories if not numpy.nanmax(train[:, column], initial=0) >= MOST_LEVELS]
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return kind(categorical_features=few or None, random_state=0)


def xgboost(classes, categories, train):
    kind = library.XGBClassifier if classes else library.XGBRegressor
    types = ["c" if column in categories else "q" for column in range(train.shape[1])]
    return kind(n_jobs=1, verbosity=0, tree_method="hist", enable_categorical=True, feature_types=types)


def predict(classes, columns, *categories):
    train, test = (numpy.fromfile(folder / name).reshape(-1, columns) for name in ("train", "test"))
    targets = numpy.fromfile(folder / "targets", numpy.float32)
    start = time.process_time()
    model = {"sklearn": scikit_learn, "xgboost": xgboost}[peer](classes, categories, train)
    model.fit(train, targets.astype(int) if classes else targets)
    outputs = model.predict_proba(test) if classes else model.predict(test)
    seconds = time.process_time() - start
    (outputs[:, 1] if classes == 2 else outputs).astype(numpy.float64).tofile(folder / "outputs")
    return seconds


print({"sklearn": "scikit-learn", "xgboost": "XGBoost"}[peer], library.__version__, flush=True)
for line in sys.stdin:
    try:
        print(predict(*map(int, line.split())), flush=True)
    except Exception as error:
        print(type(error).__name__, str(error).replace("\n", " ")[:200], flush=True)
