// Rows of a CSV file with a header (RFC 4180: quoted fields, doubled quotes, CRLF or LF; a byte order mark is skipped).
// Columns are asked for by name. One thread; a file that cannot be read throws std::runtime_error.
#pragma once

#include <cstddef>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace matchpoint::simulator::replay {

class CsvReader {
  public:
    explicit CsvReader(const std::string& path);

    // The next row that is not empty; false at the end.
    [[nodiscard]] bool next();
    // Where the row begins, from 1; the header is line 1.
    [[nodiscard]] std::size_t line() const { return row_line_; }
    // As many fields as the header has.
    [[nodiscard]] bool complete() const { return fields_.size() == columns_.size(); }
    [[nodiscard]] bool has(std::string_view column) const { return columns_.contains(column); }
    // The row's field; nullopt if there is no such column or the row is too short.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view column) const;

  private:
    [[nodiscard]] bool read_row();

    std::ifstream in_;
    std::size_t next_line_ = 1;
    std::size_t row_line_ = 0;
    std::map<std::string, std::size_t, std::less<>> columns_;
    std::vector<std::string> fields_;
};

}  // namespace matchpoint::simulator::replay
