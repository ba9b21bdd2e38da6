// What one GPU had best do, given what all others do.
//
// A block that holds one instance at a time is priced exactly: an instance is worth what it adds to
// what its tenant has elsewhere. Blocks are therefore priced one after the other, children first,
// each given the best schedules of its neighbours so far, as in Gauss-Seidel iteration; a block
// that is split is credited with the sum over its children. The last block is the GPU. A heuristic
// where a tenant has more than one instance on the GPU, and judged by what the fleet is then worth.
// Stretches begin and end in some of the slots only, which is a few dozen times as fast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "window/priced/fleet.h"
#include "window/priced/gpu_pricing.h"

namespace tangram::window::priced {

// What an instance is worth to the others: a price is lowered towards the bound's by this share.
struct Reserve {
    double share = 0;
    const Prices* prices = nullptr;  // the bound's; may be null if share = 0
};

class Response {
public:
    // Keeps a reference.
    explicit Response(const Question& question);

    // Replaces what the GPU does by something worth more, if found.
    void improve(Fleet& fleet, std::size_t gpu);
    // Replaces it at reserved prices, whatever that is worth.
    void replace(Fleet& fleet, std::size_t gpu, const Reserve& reserve);
    [[nodiscard]] std::uint64_t work() const;

private:
    void forget(const Fleet& fleet, std::size_t gpu);
    [[nodiscard]] std::vector<Held> respond(const Fleet& fleet, std::size_t gpu, std::size_t tree,
                                            const Reserve& reserve);
    void price_block(const Fleet& fleet, std::size_t tree, const Block& block,
                     const Reserve& reserve);
    void price_services(const Fleet& fleet, std::size_t tenant, std::size_t type,
                        const Reserve& reserve);
    void price_hosting(std::size_t tenant, std::size_t type, const Reserve& reserve);
    void note_neighbours(std::size_t tree, const Block& block);

    const Question& question_;
    std::vector<GpuPricing> pricings_;  // by tree
    std::uint64_t work_ = 0;            // besides that of the pricings
    Prices prices_;                     // of the block at hand
    std::vector<Held> column_;     // of the GPU: blocks priced so far as priced, others as were
    std::vector<double> others_;   // [tenant][slot]: capacity on other GPUs
    std::vector<Step> elsewhere_;  // by tenant: what retraining on other GPUs brings
    std::vector<double> beside_;   // [tenant][slot]: capacity but for the block at hand
    std::vector<double> all_;      // [tenant][slot]: with what is now in the block
    std::vector<Step> steps_;      // by tenant: with what is now in the block
    std::vector<bool> retrains_;   // by tenant: outside the block at hand
};

}  // namespace tangram::window::priced
