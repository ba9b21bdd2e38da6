#include "lp/model.h"

#include <algorithm>

namespace tangram::lp {

int Model::add_column(double column_cost, double lower, double upper, bool is_integer) {
    cost.push_back(column_cost);
    column_lower.push_back(lower);
    column_upper.push_back(upper);
    integer.push_back(is_integer);
    return static_cast<int>(cost.size()) - 1;
}

int Model::add_row(double lower, double upper, std::span<const Term> terms) {
    row_lower.push_back(lower);
    row_upper.push_back(upper);
    rows.emplace_back(terms.begin(), terms.end());
    return static_cast<int>(rows.size()) - 1;
}

bool Model::has_integers() const {
    return std::find(integer.begin(), integer.end(), true) != integer.end();
}

}  // namespace tangram::lp
