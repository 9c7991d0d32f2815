// SPDX-License-Identifier: Apache-2.0

/// What is kept in a bucket of an analysis.
public struct AnalysisBucketType: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The program.
    public static let code = AnalysisBucketType(rawValue: "CODE")
    /// The results.
    public static let result = AnalysisBucketType(rawValue: "RESULT")
    /// What is needed in between.
    public static let temp = AnalysisBucketType(rawValue: "TEMP")
    /// All of them.
    public static let known: [Self] = [.code, .result, .temp]
}
