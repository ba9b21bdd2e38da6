// Tables of text: aligned columns for a terminal, or Markdown.
#pragma once

#include <string>
#include <vector>

namespace tangram::report {

enum class TableStyle { kTerminal, kMarkdown };

struct TableColumn {
    std::string heading;
    bool align_right = false;
};

// Every row has one cell per column. Terminal: two spaces between columns, a rule under the
// heading, no trailing blanks; Markdown: pipes in cells are escaped. Ends with a newline.
[[nodiscard]] std::string text_table(const std::vector<TableColumn>& columns,
                                     const std::vector<std::vector<std::string>>& rows,
                                     TableStyle style);

}  // namespace tangram::report
