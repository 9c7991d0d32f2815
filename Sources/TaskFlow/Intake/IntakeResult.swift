/// What became of a message that asks for a task.
public enum IntakeResult: Sendable {
    /// The request is consistent; whether it was seen before, and whether it is allowed, is still to be found out.
    case task(TaskRequest)
    /// The request is refused, and its modeller can be told. A redelivered request that was answered before ends here,
    /// too, once it is stale: look for the earlier answer first.
    case rejected(AnswerableTask, Rejection)
    /// The request is refused, and nobody can be told.
    case malformed(MalformedTask)

    /// Whom to answer, if anybody can be answered: also for refusals that only the agent's memory calls for.
    public var answerable: AnswerableTask? {
        switch self {
        case .task(let request): request.answerable
        case .rejected(let task, _): task
        case .malformed: nil
        }
    }

    /// What the audit log is told about the request.
    public var facts: TaskFacts {
        switch self {
        case .task(let request): request.answerable.facts
        case .rejected(let task, _): task.facts
        case .malformed(let task): task.facts
        }
    }
}
