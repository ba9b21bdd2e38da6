// A thin owner of one HiGHS instance, by its C interface. Private to this room.
#pragma once

#include <interfaces/highs_c_api.h>

#include <memory>
#include <span>
#include <vector>

#include "lp/model.h"

namespace tangram::lp {

// Rows in the compressed form the solver takes, duplicate columns added up.
struct PackedRows {
    std::vector<HighsInt> start;
    std::vector<HighsInt> column;
    std::vector<double> coefficient;
};

class Highs {
public:
    // Silent, one thread, fixed seed, gap 0.
    Highs();

    [[nodiscard]] void* get() const { return handle_.get(); }

    void set(const char* option, bool value);
    void set(const char* option, HighsInt value);
    void set(const char* option, double value);
    void set(const char* option, const char* value);

    // False if the model is malformed or the solver refuses it.
    [[nodiscard]] bool pass(const Model& model, bool with_integers);
    [[nodiscard]] bool add_row(double lower, double upper, std::span<const Term> terms);
    [[nodiscard]] bool add_column(double cost, double lower, double upper,
                                  std::span<const Entry> entries);

    // Runs and reads the answer. `mip`: the passed model had integer columns.
    [[nodiscard]] Solution run(bool mip);

private:
    [[nodiscard]] Solution read(bool mip) const;
    void read_values(Solution& solution, bool mip) const;

    struct Destroy {
        void operator()(void* highs) const { Highs_destroy(highs); }
    };
    std::unique_ptr<void, Destroy> handle_;
    PackedRows scratch_;
    int columns_ = 0;
    int rows_ = 0;
};

}  // namespace tangram::lp
