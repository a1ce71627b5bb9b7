// Listeners are the user's: what one throws is logged, and the engine goes on. Any thread.
#pragma once

#include <exception>
#include <string_view>
#include <utility>

#include <spdlog/logger.h>

namespace matchpoint::streams {

template <typename Call>
void call_listener(spdlog::logger& logger, std::string_view name, Call&& call) {
    try {
        std::forward<Call>(call)();
    } catch (const std::exception& failure) {
        logger.error("the {} listener failed: {}", name, failure.what());
    } catch (...) {
        logger.error("the {} listener failed", name);
    }
}

}  // namespace matchpoint::streams
