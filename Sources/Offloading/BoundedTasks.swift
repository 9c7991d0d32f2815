// SPDX-License-Identifier: Apache-2.0

/// Does something for each element at the same time, but for a limited number of them at once.
///
/// When the task is cancelled, no further element is begun; those under way end by themselves.
///
/// - Parameters:
///   - limit: how many run at a time; at least one.
///   - operation: what is done for an element.
///   - finished: is told each result as it comes, one after another, in the caller's isolation.
public func withBoundedTasks<Element: Sendable, Output: Sendable>(
    for elements: some Sequence<Element>,
    atMost limit: Int,
    isolation: isolated (any Actor)? = #isolation,
    _ operation: @escaping @Sendable (Element) async -> Output,
    finished: (Output) async -> Void = { (_: Output) in }
) async {
    await withTaskGroup(of: Output.self) { group in
        var waiting = elements.makeIterator()
        for _ in 0..<max(1, limit) {
            guard let element = waiting.next() else { break }
            group.addTask { await operation(element) }
        }
        while let output = await group.next() {
            await finished(output)
            guard !Task.isCancelled, let element = waiting.next() else { continue }
            group.addTask { await operation(element) }
        }
    }
}
