#include "io/price_text.h"

#include "base/amount_text.h"

namespace tangram::io {
namespace {

__extension__ using Wide = __int128;  // products of two 64-bit counts

constexpr int kDecimals = 12;
constexpr std::int64_t kDecimalsPerUnit = 1'000'000'000'000;
constexpr std::int64_t kPricesPerUnit = planner::kPricePerCost * kCostPerUnit;

constexpr NumberRule kPriceRule{kDecimals, Rounding::kDown, -9'000'000'000'000'000'000,
                                9'000'000'000'000'000'000, "a price, at most 9 x 10^6"};

std::int64_t rounded_ratio(Wide numerator, Wide denominator) {
    const Wide half = denominator / 2;
    const Wide ratio =
        numerator >= 0 ? (numerator + half) / denominator : -((-numerator + half) / denominator);
    return static_cast<std::int64_t>(ratio);
}

}  // namespace

std::string price_text(planner::Price price) {
    return decimal_text(rounded_ratio(Wide{price.count()} * kDecimalsPerUnit, kPricesPerUnit),
                        kDecimals);
}

planner::Price read_price(Value value, FirstError& error) {
    const std::int64_t decimals = read_number(value, kPriceRule, error);
    return planner::Price{rounded_ratio(Wide{decimals} * kPricesPerUnit, kDecimalsPerUnit)};
}

}  // namespace tangram::io
