// Where the ops port listens. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace matchpoint::ops {

struct OpsConfig {
    std::optional<std::uint16_t> port;  // empty: none; 0: a free one
    std::string address = "0.0.0.0";
};

}  // namespace matchpoint::ops
