import BitfountTasks

/// What a check of the intake found wrong.
struct IntakeFault: Error, Hashable {
    let reason: DecisionReason

    init(_ reason: DecisionReason) {
        self.reason = reason
    }

    /// What a fault in the bytes of a request means.
    init(_ error: TaskFormatError) {
        reason =
            switch (error.part, error.code) {
            case (_, .mixedGenerations): .mixedGenerations
            case (.requestContainer, .missingField) where error.field == "signature": .missingSignature
            case (.innerRequest, .undecryptable): .undecryptableRequest
            case (.innerRequest, _): .malformedInnerRequest
            case (.protocolDocument, _): .malformedProtocol
            case (.outerRequest, _), (.requestContainer, _), (.message, _): .malformedRequest
            }
    }
}
