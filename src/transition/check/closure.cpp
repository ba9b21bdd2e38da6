#include "transition/check/closure.h"

#include <algorithm>
#include <limits>

namespace tangram::transition::check_parts {
namespace {

constexpr std::uint32_t kUnseen = std::numeric_limits<std::uint32_t>::max();

// A flow from losses to gains, over edges without limit.
class Flow {
public:
    explicit Flow(const Balance& balance)
        : balance_(balance),
          unpaid_(balance.losses),
          free_(balance.gains),
          flow_(balance.forces.size()),
          payers_(balance.gains.size()) {
        for (std::size_t i = 0; i < balance.forces.size(); ++i) {
            flow_[i].assign(balance.forces[i].size(), 0);
            for (std::size_t e = 0; e < balance.forces[i].size(); ++e) {
                payers_[balance.forces[i][e]].push_back(
                    {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(e)});
            }
        }
    }

    Worst run() {
        while (find_levels()) {
            next_edge_.assign(unpaid_.size(), 0);
            next_payer_.assign(free_.size(), 0);
            for (std::size_t i = 0; i < unpaid_.size(); ++i) {
                while (unpaid_[i] > 0) {
                    const Wide pushed = push_from_loss(i, unpaid_[i]);
                    if (pushed == 0) break;
                    unpaid_[i] -= pushed;
                }
            }
        }
        // What the source still reaches after the last phase is the source's side of the cut.
        Worst worst;
        for (std::size_t i = 0; i < unpaid_.size(); ++i) {
            worst.loss += unpaid_[i];
            if (loss_level_[i] != kUnseen) worst.losses.push_back(i);
        }
        return worst;
    }

private:
    struct Payer {
        std::uint32_t loss;
        std::uint32_t edge;  // index into forces[loss]
    };

    // Breadth first from losses that are not paid; true if a gain with something free is reached.
    bool find_levels() {
        loss_level_.assign(unpaid_.size(), kUnseen);
        gain_level_.assign(free_.size(), kUnseen);
        std::vector<std::size_t> losses;
        for (std::size_t i = 0; i < unpaid_.size(); ++i) {
            if (unpaid_[i] == 0) continue;
            loss_level_[i] = 0;
            losses.push_back(i);
        }
        bool found = false;
        for (std::size_t head = 0; head < losses.size(); ++head) {
            const std::size_t i = losses[head];
            for (const std::uint32_t gain : balance_.forces[i]) {
                if (gain_level_[gain] != kUnseen) continue;
                gain_level_[gain] = loss_level_[i] + 1;
                if (free_[gain] > 0) found = true;
                for (const Payer& payer : payers_[gain]) {
                    if (loss_level_[payer.loss] != kUnseen || flow_[payer.loss][payer.edge] == 0) {
                        continue;
                    }
                    loss_level_[payer.loss] = gain_level_[gain] + 1;
                    losses.push_back(payer.loss);
                }
            }
        }
        return found;
    }

    // One path at a time, along levels. The depth is at most the number of losses and gains.
    Wide push_from_loss(std::size_t loss, Wide most) {
        for (std::size_t& e = next_edge_[loss]; e < balance_.forces[loss].size(); ++e) {
            const std::uint32_t gain = balance_.forces[loss][e];
            if (gain_level_[gain] != loss_level_[loss] + 1) continue;
            const Wide pushed = push_from_gain(gain, most);
            if (pushed == 0) continue;
            flow_[loss][e] += pushed;
            return pushed;
        }
        return 0;
    }

    Wide push_from_gain(std::uint32_t gain, Wide most) {
        if (free_[gain] > 0) {
            const Wide pushed = std::min(most, free_[gain]);
            free_[gain] -= pushed;
            return pushed;
        }
        for (std::size_t& p = next_payer_[gain]; p < payers_[gain].size(); ++p) {
            const Payer payer = payers_[gain][p];
            Wide& flow = flow_[payer.loss][payer.edge];
            if (flow == 0 || loss_level_[payer.loss] != gain_level_[gain] + 1) continue;
            const Wide pushed = push_from_loss(payer.loss, std::min(most, flow));
            if (pushed == 0) continue;
            flow -= pushed;
            return pushed;
        }
        return 0;
    }

    const Balance& balance_;
    std::vector<Wide> unpaid_;             // by loss
    std::vector<Wide> free_;               // by gain
    std::vector<std::vector<Wide>> flow_;  // as forces
    std::vector<std::vector<Payer>> payers_;
    std::vector<std::uint32_t> loss_level_, gain_level_;
    std::vector<std::size_t> next_edge_, next_payer_;
};

}  // namespace

Worst worst(const Balance& balance) { return Flow(balance).run(); }

Worst worst_with(const Balance& balance, const std::vector<std::size_t>& taken) {
    // What is taken, and what it forces, is out of the question for the rest.
    Balance rest = balance;
    Wide fixed = 0;
    for (const std::size_t i : taken) {
        fixed += rest.losses[i];
        rest.losses[i] = 0;
        for (const std::uint32_t gain : rest.forces[i]) {
            fixed -= rest.gains[gain];
            rest.gains[gain] = 0;
        }
    }
    Worst found = worst(rest);
    found.loss += fixed;
    found.losses.insert(found.losses.end(), taken.begin(), taken.end());
    std::ranges::sort(found.losses);
    found.losses.erase(std::ranges::unique(found.losses).begin(), found.losses.end());
    return found;
}

}  // namespace tangram::transition::check_parts
