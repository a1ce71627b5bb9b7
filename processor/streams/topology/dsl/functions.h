// How the DSL calls functions of the user's. A function takes the value, or key and value; each either as plain
// `const T&`, and then it is not asked about a record where that is absent, or as `const std::optional<T>&`. What it
// returns may be optional too: absent. Pure templates.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace matchpoint::streams {

// What map() and flat_map() return.
template <typename K, typename V>
struct KeyValue {
    std::optional<K> key;
    std::optional<V> value;
};

namespace dsl {

template <typename T>
struct Unwrapped {
    using Type = T;
};
template <typename T>
struct Unwrapped<std::optional<T>> {
    using Type = T;
};
// T of std::optional<T>, and of T.
template <typename T>
using Plain = typename Unwrapped<std::remove_cvref_t<T>>::Type;

template <typename F, typename K, typename V>
concept TakesBothOptional = std::invocable<F&, const std::optional<K>&, const std::optional<V>&>;
template <typename F, typename K, typename V>
concept TakesBoth = !TakesBothOptional<F, K, V> && std::invocable<F&, const K&, const V&>;
template <typename F, typename V>
concept TakesOptional = std::invocable<F&, const std::optional<V>&>;
template <typename F, typename V>
concept TakesPlain = !TakesOptional<F, V> && std::invocable<F&, const V&>;

// Calls f if it can be asked; whether it was. `use` gets what it returned.
template <typename K, typename V, typename F, typename Use>
bool ask(F& f, const std::optional<K>& key, const std::optional<V>& value, Use&& use) {
    if constexpr (TakesBothOptional<F, K, V>) {
        use(f(key, value));
        return true;
    } else if constexpr (TakesBoth<F, K, V>) {
        if (!key || !value) return false;
        use(f(*key, *value));
        return true;
    } else if constexpr (TakesOptional<F, V>) {
        use(f(value));
        return true;
    } else {
        static_assert(TakesPlain<F, V>, "the function must take (value) or (key, value) of the stream's types");
        if (!value) return false;
        use(f(*value));
        return true;
    }
}

template <typename K, typename V, typename F>
auto result_of() {
    if constexpr (TakesBothOptional<F, K, V>) {
        return std::type_identity<std::invoke_result_t<F&, const std::optional<K>&, const std::optional<V>&>>{};
    } else if constexpr (TakesBoth<F, K, V>) {
        return std::type_identity<std::invoke_result_t<F&, const K&, const V&>>{};
    } else if constexpr (TakesOptional<F, V>) {
        return std::type_identity<std::invoke_result_t<F&, const std::optional<V>&>>{};
    } else {
        static_assert(TakesPlain<F, V>, "the function must take (value) or (key, value) of the stream's types");
        return std::type_identity<std::invoke_result_t<F&, const V&>>{};
    }
}
template <typename F, typename K, typename V>
using Result = std::remove_cvref_t<typename decltype(result_of<K, V, F>())::type>;

// For functions that return nothing.
template <typename K, typename V, typename F>
void tell(F& f, const std::optional<K>& key, const std::optional<V>& value) {
    if constexpr (TakesBothOptional<F, K, V>) {
        f(key, value);
    } else if constexpr (TakesBoth<F, K, V>) {
        if (key && value) f(*key, *value);
    } else if constexpr (TakesOptional<F, V>) {
        f(value);
    } else {
        static_assert(TakesPlain<F, V>, "the function must take (value) or (key, value) of the stream's types");
        if (value) f(*value);
    }
}

// False of a record it cannot be asked about.
template <typename K, typename V>
using Predicate = std::function<bool(const std::optional<K>&, const std::optional<V>&)>;
template <typename K, typename V, typename F>
Predicate<K, V> predicate(F f) {
    return [f = std::move(f)](const std::optional<K>& key, const std::optional<V>& value) mutable {
        bool holds = false;
        ask<K, V>(f, key, value, [&holds](bool result) { holds = result; });
        return holds;
    };
}

// Absent for a record it cannot be asked about.
template <typename K, typename V, typename Out>
using Mapper = std::function<std::optional<Out>(const std::optional<K>&, const std::optional<V>&)>;
template <typename K, typename V, typename Out, typename F>
Mapper<K, V, Out> mapper(F f) {
    return [f = std::move(f)](const std::optional<K>& key, const std::optional<V>& value) mutable {
        std::optional<Out> out;
        ask<K, V>(f, key, value, [&out](auto&& result) { out = std::forward<decltype(result)>(result); });
        return out;
    };
}

template <typename T>
struct KeyValueTypes;
template <typename K, typename V>
struct KeyValueTypes<KeyValue<K, V>> {
    using Key = K;
    using Value = V;
};
template <typename T>
using KeyOf = typename KeyValueTypes<T>::Key;
template <typename T>
using ValueOf = typename KeyValueTypes<T>::Value;
template <typename Range>
using ElementOf = std::remove_cvref_t<decltype(*std::declval<Range&>().begin())>;

}  // namespace dsl
}  // namespace matchpoint::streams
