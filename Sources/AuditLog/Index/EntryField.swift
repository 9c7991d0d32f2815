/// The fields that queries can ask for. The numbers are part of the index's format.
enum EntryField: UInt8, CaseIterable {
    case type = 1
    case dataset
    case task
    case modeller
    case decision
}
