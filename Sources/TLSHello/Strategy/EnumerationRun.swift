internal import MailModel

/// The enumeration of one version, from the first question to the last.
struct EnumerationRun: Sendable {
    let version: TLSVersion
    let groups: [UInt16]
    let enumeration: Enumeration
    let questioner: Questioner

    /// What is accepted of these suites, the likely ones first.
    func result(_ suites: [UInt16], lanes: Int) async -> Enumeration.Result {
        let isSplit = lanes > 1
        // A server that keeps to few groups for a suite must not hide others: while parts are asked, groups are apart.
        async let apart = isSplit ? seekGroups(Enumeration.curveSuites(suites)) : nil
        var families = isSplit ? parts(Enumeration.tiers(suites)) : whole(suites)
        if isSplit {
            families = await each(families) { await step(&$0) }
            setSentinels(&families)
        }
        families = await each(families, ask)
        let known = families.flatMap(\.found)
        let byCode = Dictionary(known.map { ($0.suite, $0) }, uniquingKeysWith: { first, _ in first })
        let seeker = await seekRest(await apart, families)

        let order = SuiteOrder(version: version, groups: groups, enumeration: enumeration, questioner: questioner)
        async let groupChooser = groupChooser(order, seeker, beside: known)
        var chooser: Enumeration.Chooser? = families.contains(where: \.contradictsClient) ? .server : nil
        if chooser == nil, byCode.count > 1 { chooser = await order.chooser(families.map(\.part)) }
        let below = chooser == .client ? [] : await each(parts(leftovers(families)), ask)
        let all = families + below
        let choices = all.flatMap(\.found).reduce(into: byCode) { $0[$1.suite] = $1 }
        var result = Enumeration.Result(
            version: version, choices: choices.values.sorted { $0.suite < $1.suite }, chooser: nil,
            groups: seeker.found, groupChooser: await groupChooser,
            droppedLargeHello: all.contains(where: \.droppedLargeHello),
            obstacle: all.lazy.compactMap(\.obstacle).first ?? seeker.obstacle)
        if result.groupChooser != .server { result.groups.sort() }
        guard choices.count > 1, result.obstacle == nil else { return result }
        result.chooser = chooser
        guard chooser == .server else { return result }
        let isDoubtful = all.contains { $0.orderIsDoubtful || $0.droppedLargeHello }
        if let sorted = await order.sorted(all.map(\.part), isDoubtful: isDoubtful) {
            result.choices = sorted.compactMap { choices[$0] }
        } else {
            result.chooser = nil
        }
        return result
    }
}

// MARK: - Suites

extension EnumerationRun {
    /// One family finds the likely suites and the groups; the unlikely suites are asked for beside it.
    private func whole(_ suites: [UInt16]) -> [SuiteFamily] {
        let likely = Array(suites.prefix(Enumeration.largestOffer))
        let unlikely = Enumeration.parts(Array(suites.dropFirst(likely.count)), lanes: 1)
        return [SuiteFamily(version: version, suites: likely, groups: groups, findsGroups: true)] + parts(unlikely)
    }

    private func parts(_ lists: [[UInt16]]) -> [SuiteFamily] {
        lists.map { SuiteFamily(version: version, suites: $0, groups: groups, findsGroups: false) }
    }

    /// The first suite of each part is the sentinel of the one before.
    private func setSentinels(_ families: inout [SuiteFamily]) {
        var next: UInt16?
        for index in families.indices.reversed() where !families[index].found.isEmpty {
            families[index].sentinel = next
            next = families[index].found.first?.suite
        }
    }

    /// What may stand below the parts that it was first looked for in.
    private func leftovers(_ families: [SuiteFamily]) -> [[UInt16]] {
        Enumeration.parts(families.flatMap(\.leftovers), lanes: 1)
    }

    private func ask(_ family: inout SuiteFamily) async {
        while family.question != nil { await step(&family) }
    }

    private func step(_ family: inout SuiteFamily) async {
        guard let question = family.question else { return }
        do throws(Obstacle) {
            family.take(try await questioner.ask(enumeration.offer(version, question.suites, question.groups)))
        } catch {
            family.take(error)
        }
    }

    /// The families side by side.
    private func each(
        _ families: [SuiteFamily], _ change: @escaping @Sendable (inout SuiteFamily) async -> Void
    ) async -> [SuiteFamily] {
        await withTaskGroup(of: (Int, SuiteFamily).self) { tasks in
            for (index, family) in families.enumerated() {
                tasks.addTask {
                    var family = family
                    await change(&family)
                    return (index, family)
                }
            }
            var changed = families
            for await (index, family) in tasks { changed[index] = family }
            return changed
        }
    }
}

extension SuiteFamily {
    fileprivate var part: SuiteOrder.Part {
        SuiteOrder.Part(suites: found.map(\.suite), standsAboveNext: standsAboveSentinel)
    }
}

// MARK: - Groups

extension EnumerationRun {
    /// Beside suites that no certificate ties to a curve, where the server accepts such; else beside the others.
    private func seekGroups(_ suites: [UInt16]) async -> GroupFamily {
        let family = await ask(family(suites.filter { !$0.isECDSA }))
        guard family.found.isEmpty, family.obstacle == nil else { return family }
        return await ask(self.family(suites.filter(\.isECDSA)))
    }

    /// What is left of the groups, beside suites that are known.
    private func seekRest(_ apart: GroupFamily?, _ families: [SuiteFamily]) async -> GroupFamily {
        if let apart, !apart.found.isEmpty { return apart }
        let suites = families.flatMap(\.found).filter { $0.group != nil }.map(\.suite)
        let free = suites.filter { !$0.isECDSA }
        return await ask(family(free.isEmpty ? suites : free, after: families.flatMap(\.groupsFound)))
    }

    private func family(_ suites: [UInt16], after found: [UInt16] = []) -> GroupFamily {
        GroupFamily(version: version, suites: suites, groups: groups, after: found)
    }

    private func ask(_ start: GroupFamily) async -> GroupFamily {
        var family = start
        while let question = family.question {
            do throws(Obstacle) {
                family.take(try await questioner.ask(enumeration.offer(version, question.suites, question.groups)))
            } catch {
                family.take(error)
            }
        }
        return family
    }

    private func groupChooser(
        _ order: SuiteOrder, _ seeker: GroupFamily, beside known: [ServerChoice]
    ) async -> Enumeration.Chooser? {
        guard seeker.obstacle == nil, seeker.found.count > 1 else { return nil }
        if seeker.contradictsClient { return .server }
        return await order.chooser(ofGroups: seeker.found, beside: known.filter { $0.group != nil }.map(\.suite))
    }
}
