// Errors that end something: a bad configuration, a topology that makes no sense, a store that cannot be opened.
// Thrown, and caught once, in the thread or in main. What a bad record does is not an error of this kind.
#pragma once

#include <stdexcept>
#include <string>

namespace matchpoint::streams {

class StreamsError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// A setting that is unknown, missing or out of range; the text names the key, the value and the remedy.
class ConfigError : public StreamsError {
  public:
    using StreamsError::StreamsError;
};

}  // namespace matchpoint::streams
