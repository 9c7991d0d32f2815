// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// The names of a CSV file's columns.
enum ColumnNames {
    /// Gives columns without a name one, and repeated names a number, as pandas does.
    ///
    /// Given names go before made ones: in `a,a,a.1` the second column becomes `a.2`.
    static func unique(_ header: [String]) -> [String] {
        var names = header.enumerated().map { index, name in
            ExactText(name.isEmpty ? "Unnamed: \(index)" : name)
        }
        let given = Set(names)
        var taken: Set<ExactText> = []
        let inOrder = header.indices.filter { !header[$0].isEmpty } + header.indices.filter { header[$0].isEmpty }
        for index in inOrder {
            let name = names[index]
            var repetition = 0
            while !taken.insert(names[index]).inserted {
                repeat {
                    repetition += 1
                    names[index] = ExactText("\(name.text).\(repetition)")
                } while given.contains(names[index])
            }
        }
        return names.map(\.text)
    }
}
