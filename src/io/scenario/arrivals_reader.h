// What a tenant is asked for over time: `arrivals` and `past`.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/csv.h"
#include "io/csv_table.h"
#include "io/scenario/parts.h"

namespace tangram::io {

// One of:
//   [80, 82.5, ...]                        one rate per slot of all windows
//   [{from_s: 0, rps: 80}, ...]            a rate from then on
//   {file: f.csv, column: cars, from_s: 600, past_s: 300, scale: 0.5}
//                                          one row per slot; the windows begin at from_s
class ArrivalsReader {
public:
    explicit ArrivalsReader(const ScenarioParts& parts) : parts_(parts) {}

    // Fills the tenant's rates and past. A file is read once for all tenants.
    void read(ObjectReader& fields, window::ScenarioTenant& tenant);

private:
    // Rows of a CSV file as text: only the columns that are named need to be numbers.
    struct Table {
        std::string place;
        std::optional<CsvHeader> header;
        std::vector<CsvRow> rows;
    };
    struct Column {
        const Table* table = nullptr;
        std::size_t index = 0;
        std::int64_t scale = 0;  // in millionths
    };

    void read_rates(Value list, window::ScenarioTenant& tenant);
    void read_steps(Value list, window::ScenarioTenant& tenant);
    void read_file(Value value, window::ScenarioTenant& tenant);
    [[nodiscard]] const Table* table_of(Value value);
    [[nodiscard]] std::size_t whole_slots(Value value);
    void take_rows(const Column& column, std::size_t begin, std::size_t count,
                   std::vector<Rate>& into);
    [[nodiscard]] std::size_t slots() const {
        return static_cast<std::size_t>(parts_.scenario.windows) *
               static_cast<std::size_t>(parts_.scenario.window_slots);
    }

    const ScenarioParts& parts_;
    std::map<std::string, Table> tables_;  // by the name the scenario gives
};

}  // namespace tangram::io
