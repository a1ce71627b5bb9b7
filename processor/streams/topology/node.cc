#include "processor/streams/topology/node.h"

#include <algorithm>

namespace matchpoint::streams {

TaskStore& connected_store(const Node& node, TaskServices& task, std::string_view name) {
    const auto& stores = node.stores();
    TaskStore* store = std::find(stores.begin(), stores.end(), name) == stores.end() ? nullptr : task.store(name);
    if (store == nullptr) {
        throw StreamsError(
            fmt::format("store {} is not connected to node {}; connect it with "
                        "Topology::connect_processor_and_state_stores",
                        name, node.name()));
    }
    return *store;
}

}  // namespace matchpoint::streams
