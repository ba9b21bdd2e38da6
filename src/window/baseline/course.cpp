#include "window/baseline/course.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "window/baseline/stints.h"

namespace tangram::window::baseline {
namespace {

// sums[t]: what is served before slot t.
using Sums = std::vector<std::int64_t>;

class Courses {
public:
    Courses(const Window& window, TenantId id, std::span<const Piece> pieces)
        : tenant_(window.tenants[id]),
          pieces_(pieces),
          slots_(static_cast<std::size_t>(window.slots)),
          capacity_(slots_, 0) {
        for (const Piece& piece : pieces) {
            for (std::size_t t = begin_of(piece); t < slots_; ++t) capacity_[t] += rate_of(piece);
        }
        all_ = served(capacity_);
    }

    // Without a retraining, or with the one that runs at the start.
    void stay(const std::optional<Ongoing>& ongoing) {
        const std::int64_t before = tenant_.accuracy.count();
        std::int64_t goodput = all_[slots_] * before;
        if (ongoing) {
            const std::int64_t early =
                all_[std::min(static_cast<std::size_t>(ongoing->left), slots_)];
            goodput = early * before + (all_[slots_] - early) * ongoing->accuracy.count();
        }
        consider({.floor_kept = keeps_floor(tenant_, Rate{all_[slots_]}),
                  .goodput = Goodput{goodput},
                  .retraining = {}});
    }

    // Every retraining on a piece, at every start.
    void retrain_on(std::size_t index) {
        const Piece& piece = pieces_[index];
        std::vector<std::int64_t> rest = capacity_;
        for (std::size_t t = begin_of(piece); t < slots_; ++t) rest[t] -= rate_of(piece);
        const Sums without = served(rest);
        for (std::int64_t& capacity : rest) capacity += rate_of(piece);
        const Sums again = served(rest);  // with the piece created anew
        const auto warm_up = static_cast<std::size_t>(tenant_.warm_up);
        for (std::size_t r = 0; r < tenant_.retrainings.size(); ++r) {
            const Retraining& retraining = tenant_.retrainings[r];
            if (retraining.kind != piece.kind || retraining.profile != piece.profile) continue;
            const auto length = static_cast<std::size_t>(retraining.slots);
            for (std::size_t start = 0; start + length <= slots_; ++start) {
                const std::size_t end = start + length;
                const std::size_t back = std::min(end + warm_up, slots_);
                const std::int64_t before = all_[start] + without[end] - without[start];
                const std::int64_t after =
                    without[back] - without[end] + again[slots_] - again[back];
                consider({.floor_kept = keeps_floor(tenant_, Rate{before + after}),
                          .goodput = Goodput{before * tenant_.accuracy.count() +
                                             after * retraining.accuracy.count()},
                          .retraining = r,
                          .piece = index,
                          .start = static_cast<int>(start)});
            }
        }
    }

    [[nodiscard]] const Course& best() const { return best_; }

private:
    [[nodiscard]] std::int64_t rate_of(const Piece& piece) const {
        return tenant_.capacity[piece.kind][piece.profile].count();
    }
    [[nodiscard]] static std::size_t begin_of(const Piece& piece) {
        return static_cast<std::size_t>(piece.ready);
    }
    [[nodiscard]] Sums served(const std::vector<std::int64_t>& capacity) const {
        Sums sums(slots_ + 1, 0);
        for (std::size_t t = 0; t < slots_; ++t) {
            sums[t + 1] = sums[t] + std::min(tenant_.rates[t].count(), capacity[t]);
        }
        return sums;
    }
    void consider(const Course& course) {
        const bool better = course.floor_kept != best_.floor_kept ? course.floor_kept
                                                                  : course.goodput > best_.goodput;
        if (better) best_ = course;
    }

    const Tenant& tenant_;
    std::span<const Piece> pieces_;
    std::size_t slots_;
    std::vector<std::int64_t> capacity_;  // per slot, while nothing retrains
    Sums all_;
    Course best_;
};

}  // namespace

bool keeps_floor(const Tenant& tenant, Rate served) {
    Rate asked;
    for (const Rate rate : tenant.rates) asked += rate;
    return served.count() * kSharePerOne >= asked.count() * tenant.floor.count();
}

Course best_course(const Window& window, TenantId tenant, std::span<const Piece> pieces,
                   Effort& effort) {
    Courses courses(window, tenant, pieces);
    const std::optional<Ongoing> ongoing = ongoing_retraining(window, tenant);
    courses.stay(ongoing);
    std::size_t looks = 1 + pieces.size();
    for (std::size_t i = 0; i < pieces.size() && !ongoing; ++i) {
        const auto before = pieces.first(i);
        if (std::ranges::find(before, pieces[i]) != before.end()) continue;
        courses.retrain_on(i);
        looks += 2 + window.tenants[tenant].retrainings.size();
    }
    effort.spend(static_cast<std::int64_t>(looks) * window.slots);
    return courses.best();
}

}  // namespace tangram::window::baseline
