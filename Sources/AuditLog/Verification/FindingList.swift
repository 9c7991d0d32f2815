/// Collects findings, up to a limit.
struct FindingList {
    private(set) var findings: [VerificationFinding] = []
    private(set) var count = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func add(_ part: VerificationFinding.Part, _ position: Int64? = nil, _ message: String) {
        count += 1
        if findings.count < limit { findings.append(VerificationFinding(part, position, message)) }
    }
}
