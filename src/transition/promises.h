// What must not sink while a transition is under way, as ledgers: a replica that serves is credited
// to some of them, its drain takes the amount out, and no ledger may go below zero. A ledger that
// is below zero from the beginning belongs to a service that recovers first: nothing may be taken
// out until routes have brought it back.
//
//   capacity  of every service with a floor       amount: capacity
//   replicas  where min_replicas asks for more     amount: 1
//   spread    over GPUs or nodes                   amount: 1 for one replica per GPU (node)
//   survival  of the loss of one GPU or node       amount: capacity of all replicas elsewhere
//   GPUs      in use: taken out by an acquire, brought back by a release
//
// Floors as in check/check.h, where they are computed again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "transition/change.h"

namespace tangram::transition {

using LedgerId = Id<struct LedgerTag>;

// What a survival ledger is about: the loss of one GPU or node, or of any that the service is on in
// neither deployment, where only replicas for the time between can be.
struct Loss {
    bool by_node = false;
    bool of_others = false;
    std::vector<std::string> places;  // the one that is lost; or all that are not

    // A GPU of no known node is lost with none.
    [[nodiscard]] bool takes(const deployment::DeployedGpu& gpu) const;
};

struct Ledger {
    ArcReason reason = ArcReason::kCapacity;
    ServiceNameId service;   // invalid: GPUs
    std::int64_t slack = 0;  // what may be taken out at the beginning
    Loss loss = {};          // of survival
};

struct Entry {
    LedgerId ledger;
    std::int64_t amount = 0;
};

struct PromiseOptions {
    Share margin{};                     // floors are that much above the rate
    std::map<std::string, Share> dips;  // by service: how far below its floor it may sink
    std::int64_t spare_gpus = 0;
};

struct Promises {
    IdVector<LedgerId, Ledger> ledgers;
    LedgerId gpus;
    IdVector<ServiceNameId, Rate> now, floor, after;
    std::vector<std::vector<Entry>> of_departure;  // what its drain takes out
    std::vector<std::vector<Entry>> of_arrival;    // what its route brings
    IdVector<ServiceNameId, LedgerId> capacity;    // invalid: no floor
    IdVector<ServiceNameId, bool> placed;          // asks where its replicas are, not only how many
};

// `current` is asked for recorded floors. O(services + replicas x places of services that ask to
// survive a loss).
[[nodiscard]] Promises promises_of(const Ground& ground, const Change& change,
                                   const deployment::Deployment& current,
                                   const PromiseOptions& options);

// What a replica that is in neither deployment would bring to one of its service's ledgers. It is
// no witness of spread.
[[nodiscard]] std::int64_t brought_to(const Ledger& ledger, const Ground& ground,
                                      const Occupant& who);

// The same for all ledgers.
[[nodiscard]] std::vector<Entry> brought_by(const Promises& promises, const Ground& ground,
                                            const Occupant& who);

}  // namespace tangram::transition
