"""Makes what the scenarios in this folder rest on and nobody has published together.

generate.py arrivals DATA
    writes azure_llm_code.csv and servegen_language.csv here, cut from the traces in DATA: the files
    azure_llm_code_rps.csv (requests counted per second) and servegen_language_*_rate.csv.

generate.py retraining --before 0.71 --ceiling 0.93 --half 6 --epoch 2.5 --gpu a100-80gb
    prints the choices of one tenant. Accuracy and duration are laws, not measurements:
      accuracy after k epochs   ceiling - (ceiling - before) x 2^(-k / half), to 3 decimals
      seconds of k epochs       k x epoch x (all / slices)^0.8, rounded up
    where `slices` are the profile's compute slices and `all` those of the whole GPU.
"""

import argparse
import csv
import math
from pathlib import Path

HERE = Path(__file__).resolve().parent

PROFILES = {
    "a100-80gb": {"1g.10gb": 1, "2g.20gb": 2, "3g.40gb": 3, "4g.40gb": 4, "7g.80gb": 7},
    "a100-40gb": {"1g.5gb": 1, "2g.10gb": 2, "3g.20gb": 3, "4g.20gb": 4, "7g.40gb": 7},
    "a30": {"1g.6gb": 1, "2g.12gb": 2, "4g.24gb": 4},
}
SPEED_UP = 0.8  # of twice the slices: 2^0.8

AZURE_SECONDS = range(400, 1200)
AZURE_MEAN_OF = 10  # seconds
SERVEGEN_ROWS = 500  # of 600 s each


def choices(
    before: float, ceiling: float, half: float, epoch: float, gpu: str, epochs: list[int]
) -> list[str]:
    """The lines of a tenant's `retraining`."""
    profiles = PROFILES[gpu]
    everything = max(profiles.values())
    lines = []
    for count in epochs:
        accuracy = ceiling - (ceiling - before) * 2 ** (-count / half)
        seconds = {
            profile: math.ceil(count * epoch * (everything / slices) ** SPEED_UP)
            for profile, slices in profiles.items()
        }
        times = ", ".join(f"{profile}: {time}" for profile, time in seconds.items())
        line = f"- {{name: {count} epochs, accuracy: {accuracy:.3f},\n   seconds: {{{times}}}}}"
        lines.append(line)
    return lines


def column(path: Path, name: str) -> list[float]:
    with path.open(encoding="utf-8", newline="") as file:
        return [float(row[name]) for row in csv.DictReader(file)]


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def write_arrivals(data: Path) -> None:
    counts = column(data / "azure_llm_code_rps.csv", "requests")
    rows = []
    for second in AZURE_SECONDS:
        around = counts[second - AZURE_MEAN_OF // 2 : second + AZURE_MEAN_OF // 2]
        rows.append([second, int(counts[second]), f"{sum(around) / AZURE_MEAN_OF:g}"])
    write("azure_llm_code.csv", ["second", "requests", "mean_of_10_s"], rows)
    sizes = ["small", "mid", "large"]
    rates = [
        column(data / f"servegen_language_m-{size}_rate.csv", "requests_per_s") for size in sizes
    ]
    rows = [
        [row * 600, *(f"{of_size[row]:.3f}" for of_size in rates)] for row in range(SERVEGEN_ROWS)
    ]
    write("servegen_language.csv", ["t_s", *sizes], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    arrivals = commands.add_parser("arrivals")
    arrivals.add_argument("data", type=Path)
    retraining = commands.add_parser("retraining")
    for name in ("before", "ceiling", "half", "epoch"):
        retraining.add_argument(f"--{name}", type=float, required=True)
    retraining.add_argument("--gpu", choices=PROFILES, default="a100-80gb")
    retraining.add_argument("--epochs", type=int, nargs="+", default=[5, 15])
    options = parser.parse_args()
    if options.command == "arrivals":
        write_arrivals(options.data)
        return
    law = (options.before, options.ceiling, options.half, options.epoch)
    print("\n".join(choices(*law, options.gpu, options.epochs)))


if __name__ == "__main__":
    main()
