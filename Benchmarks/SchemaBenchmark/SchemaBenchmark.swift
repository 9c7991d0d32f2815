// SPDX-License-Identifier: Apache-2.0

import DatasetSchema
import Foundation

/// Generates the schema of a CSV file, and prints what it took: records, seconds, and the most resident kilobytes.
///
/// `schema-benchmark FILE [CATEGORICAL COLUMN …]`; started by `Benchmarks/schema`.
@main
enum SchemaBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let file = arguments.first else {
            FileHandle.standardError.write(Data("usage: schema-benchmark FILE [CATEGORICAL COLUMN …]\n".utf8))
            exit(64)
        }
        let generator = SchemaGenerator(name: "benchmark", forcedTypes: [.categorical: Array(arguments.dropFirst())])
        let clock = ContinuousClock()
        let start = clock.now
        let result = try generator.generate(fromCSV: URL(filePath: file))
        let seconds = start.duration(to: clock.now) / .seconds(1)
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print(result.records, seconds, usage.ru_maxrss)
    }
}
