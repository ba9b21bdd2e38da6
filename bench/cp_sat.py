"""Solves a model that tangram-bench exported with OR-tools CP-SAT, as a yardstick.

usage: cp_sat.py MODEL.json [--limit SECONDS] [--check]

Prints one line of JSON: status, cost and bound in cost units (null without one) and seconds.
--check only reads the model and counts what is in it; it needs no OR-tools.
"""

import argparse
import json
import time
from pathlib import Path


def read_model(path: str) -> dict:
    model = json.loads(Path(path).read_text(encoding="utf-8"))
    width = len(model["columns"])
    for row in model["rows"]:
        if any(not 0 <= column < width for column, _ in row["terms"]):
            raise ValueError(f"{path}: a row names a column that does not exist")
    return model


def counted(model: dict) -> dict:
    terms = sum(len(row["terms"]) for row in model["rows"])
    return {"columns": len(model["columns"]), "rows": len(model["rows"]), "terms": terms}


def solve(model: dict, limit_seconds: float) -> dict:
    from ortools.sat.python import cp_model

    program = cp_model.CpModel()
    columns = [program.new_int_var(0, upper, "") for _, upper in model["columns"]]
    for row in model["rows"]:
        total = sum(coefficient * columns[column] for column, coefficient in row["terms"])
        program.add(total >= row["at_least"])
    costs = [cost for cost, _ in model["columns"]]
    program.minimize(sum(cost * column for cost, column in zip(costs, columns) if cost))

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    # With one worker the default, 1, hardly uses the linear relaxation and proves nothing here.
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = limit_seconds
    begin = time.monotonic()
    status = solver.solve(program)
    seconds = time.monotonic() - begin
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    unit = model["cost_unit"]
    return {
        "status": solver.status_name(status).lower(),
        "cost": round(solver.objective_value) * unit if found else None,
        # The objective is whole, so a bound may be rounded up.
        "bound": -(-(solver.best_objective_bound - 1e-6) // 1) * unit,
        "seconds": seconds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("model")
    parser.add_argument("--limit", type=float, default=10, help="seconds")
    parser.add_argument("--check", action="store_true", help="only read the model")
    arguments = parser.parse_args()
    model = read_model(arguments.model)
    answer = counted(model) if arguments.check else solve(model, arguments.limit)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
