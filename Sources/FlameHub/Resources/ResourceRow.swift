// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// One row of a list: what the Hub sent, and what it means.
public struct ResourceRow<Record: HubRecord>: Sendable {
    /// The row in its newest spelling, unknown fields included and secrets left out.
    public let raw: JSONValue
    /// The secret in the row, such as a new client's; for a file of mode 0600 and nothing else.
    public let secret: String?
    /// The record, or `nil` if the row does not fit the model.
    public let record: Record?
    /// Why the row does not fit: the field and the kind of value in it.
    public let fault: String?

    /// Reads a row as the Hub sent it, or as it was kept.
    public init(_ value: JSONValue) {
        guard case .object(var fields) = value else {
            raw = value
            secret = nil
            record = nil
            fault = "The row is \(value.kind)."
            return
        }
        RowModernizer.modernize(&fields, as: Record.self)
        let whole = JSONValue.object(fields)
        let secrets = Record.secretFields.compactMap { fields.removeValue(forKey: $0)?.stringValue }
        secret = secrets.count == 1 ? secrets[0] : nil
        raw = .object(fields)
        do {
            record = try RecordDecoder.decode(Record.self, from: whole)
            fault = nil
        } catch {
            record = nil
            fault = Self.explain(error)
        }
    }

    /// Names the field, never its value.
    private static func explain(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "The row can't be read." }
        let (context, missing): (DecodingError.Context, String?) =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context, nil)
            case .keyNotFound(let key, let context): (context, key.stringValue)
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), nil)
            }
        let path = context.codingPath.map(\.stringValue) + (missing.map { [$0] } ?? [])
        return "\(path.joined(separator: ".")): \(context.debugDescription)"
    }
}
