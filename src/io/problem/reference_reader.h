// What a problem or a scenario rests on: the catalogue, the rules, and the tables it names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/object_reader.h"
#include "io/problem_file.h"
#include "workload/problem.h"

namespace tangram::io {

// Fills parts of `problem`; all references are kept.
class ReferenceReader {
public:
    ReferenceReader(std::filesystem::path folder, const ProblemContext& context,
                    workload::Problem& problem, FirstError& error)
        : folder_(std::move(folder)), context_(context), problem_(problem), error_(error) {}

    // The field `catalogue`: the context's, extended by a file.
    void read_catalogue_file(const ObjectReader& file);
    // The fields `rules` and `latency_rule`.
    void read_rules(const ObjectReader& file);
    // The fields `profiles` and `infeasible`, where they are there.
    void read_tables(const ObjectReader& file);
    // What the file the value names says; nothing with an error. `path`: where it is.
    std::optional<std::string> referenced(Value value, std::string& reference,
                                          std::filesystem::path& path);

    [[nodiscard]] const ProblemReferences& references() const { return references_; }
    // Of the tables, and of rows of them that no GPU of the catalogue has.
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    void read_table_files(Value list, std::vector<std::string>& references,
                          perf::PerformanceTable& table);

    std::filesystem::path folder_;
    const ProblemContext& context_;
    workload::Problem& problem_;
    FirstError& error_;
    ProblemReferences references_;
    std::vector<std::string> warnings_;
};

}  // namespace tangram::io
