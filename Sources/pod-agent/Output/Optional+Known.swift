import AgentDaemon

extension Optional {
    /// The value; a failure that says what the Hub does not know where there is none.
    func orUnknown(_ what: String) throws(AgentFailure) -> Wrapped {
        guard let self else { throw AgentFailure(.input, "the Hub does not know \(what)") }
        return self
    }
}
