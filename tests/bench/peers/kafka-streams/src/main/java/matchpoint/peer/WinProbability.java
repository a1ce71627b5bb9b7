package matchpoint.peer;

/**
 * The chance of winning from where a match stands, as the contract's field win_probability is defined: points, games and sets as
 * independent trials, each solved as a race to more than half, two ahead. From the view of A, who serves the next point.
 */
final class WinProbability {
    private static final double USUAL = 0.60;
    private static final double BOTH_WEIGHT = 200;
    private static final double SIDE_WEIGHT = 150;
    private static final double LEAST = 1e-12;

    private final TennisScore score;
    private final TennisFormat format;
    private final int a;
    private final double serve;    // A wins a point on his serve
    private final double receive;  // and on the other's
    private final double hold;     // A wins a game on his serve
    private final double breaks;   // and on the other's

    // What race() finds: of the sum of two binomials, more than k, exactly k, exactly k - 1.
    private double more;
    private double level;
    private double oneLess;

    private WinProbability(final TennisScore score, final double serve, final double rivalServe) {
        this.score = score;
        format = score.format;
        a = score.server();
        this.serve = Math.max(0.01, Math.min(0.99, serve));
        receive = 1 - Math.max(0.01, Math.min(0.99, rivalServe));
        hold = game(this.serve, 0, 0);
        breaks = game(receive, 0, 0);
    }

    /** Of side 1, in thousandths, while the match is live. */
    static int permille(final TennisScore score, final TennisStats[] stats) {
        final double[] won = new double[2];
        final double[] served = new double[2];
        for (int side = 0; side < 2; ++side) {
            final TennisStats rival = stats[1 - side];
            won[side] = stats[side].servicePointsWon;
            served[side] = stats[side].servicePointsWon + (rival.pointsWon - rival.servicePointsWon);
        }
        final double both = (won[0] + won[1] + BOTH_WEIGHT * USUAL) / (served[0] + served[1] + BOTH_WEIGHT);
        final int server = score.server();
        final double chance = new WinProbability(score, chance(won[server], served[server], both),
            chance(won[1 - server], served[1 - server], both)).match();
        final int servers = (int) Math.max(1, Math.min(999, Math.round(chance * 1000)));
        return server == 0 ? servers : 1000 - servers;
    }

    private static double chance(final double won, final double served, final double both) {
        return (won + SIDE_WEIGHT * both) / (served + SIDE_WEIGHT);
    }

    private double match() {
        final int half = format.setsToWin() - 1;
        final int begun = score.running + 1;
        final double set = runningSet();
        if (begun > 2 * half) return set;
        final int ordinary = 2 * half - begun;
        final double ordinarySet = ordinary == 0 ? 0 : set(false, 0, 0, hold);
        race(ordinary, ordinarySet, 0, 0, half - score.setsWon[a]);
        final double endMore = more;
        final double endLevel = level;
        final double allLevel = set * oneLess + (1 - set) * level;
        return endMore + set * endLevel + allLevel * finalSet();
    }

    private double finalSet() {
        if (format.finalSet() == TennisFormat.MATCH_TIEBREAK) return tiebreak(format.finalPoints(), 0, 0);
        return set(true, 0, 0, hold);
    }

    private double runningSet() {
        final boolean last = score.running + 1 == format.bestOf();
        final int run = score.running;
        if (score.hasTiebreak[run]) {
            return tiebreak(last ? format.finalPoints() : format.tiebreakPoints(), score.tiebreak[run][a], score.tiebreak[run][1 - a]);
        }
        return set(last, score.games[run][a], score.games[run][1 - a], game(serve, score.points[a], score.points[1 - a]));
    }

    private double game(final double chance, final int won, final int lost) {
        final int half = 3;
        final double even = format.noAd() ? chance : twoAhead(chance, chance);
        if (won + lost >= 2 * half) return ahead(chance, won, lost, even);
        race(2 * half - won - lost, chance, 0, 0, half - won);
        return more + level * even;
    }

    private static double twoAhead(final double first, final double second) {
        final double win = first * second;
        return win / (win + (1 - first) * (1 - second));
    }

    private static double ahead(final double chance, final int won, final int lost, final double even) {
        if (won == lost) return even;
        return won > lost ? chance + (1 - chance) * even : chance * even;
    }

    private double tiebreak(final int target, final int won, final int lost) {
        final int half = target - 1;
        final double even = twoAhead(serve, receive);
        if (won + lost >= 2 * half) return ahead(serve, won, lost, even);
        final int left = 2 * half - won - lost;
        race((left + 1) / 2, serve, left / 2, receive, half - won);
        return more + level * even;
    }

    private int tiebreakAt(final boolean last) {
        if (!last) return format.tiebreakAt();
        return format.finalSet() == TennisFormat.ADVANTAGE ? -1 : format.finalAt();
    }

    private double set(final boolean last, final int won, final int lost, final double game) {
        final int at = tiebreakAt(last);
        final int half = TennisFormat.gamesToWin(at < 0 ? format.tiebreakAt() : at) - 1;
        final int played = won + lost;
        if (played < 2 * half) {
            final int after = 2 * half - played - 1;
            race(after / 2, hold, (after + 1) / 2, breaks, half - won);
            final double endMore = more;
            final double endLevel = level;
            final double allLevel = game * oneLess + (1 - game) * level;
            return endMore + game * endLevel + allLevel * gamesLevel(last, half);
        }
        if (won != lost) return ahead(game, won, lost, gamesLevel(last, Math.max(won, lost)));
        final double even = gamesLevel(last, won + 1);
        return game * (breaks + (1 - breaks) * even) + (1 - game) * breaks * even;
    }

    private double gamesLevel(final boolean last, final int all) {
        final int at = tiebreakAt(last);
        if (at < 0) return twoAhead(hold, breaks);
        double value = tiebreak(last ? format.finalPoints() : format.tiebreakPoints(), 0, 0);
        final double win = hold * breaks;
        final double again = 1 - win - (1 - hold) * (1 - breaks);
        for (int i = all; i < at; ++i) value = win + again * value;
        return value;
    }

    private void race(final int xCount, final double xChance, final int yCount, final double yChance, final int k) {
        final double[] px = binomial(xCount, xChance);
        final double[] py = binomial(yCount, yChance);
        more = 0;
        level = 0;
        oneLess = 0;
        double above = 0;
        for (int j = yCount; j >= 0; --j) {
            final int need = k - j;
            if (need >= 0 && need <= xCount) {
                level += py[j] * px[need];
                more += above * px[need];
            }
            if (need >= 1 && need - 1 <= xCount) oneLess += py[j] * px[need - 1];
            above += py[j];
        }
        for (int i = k + 1; i <= xCount; ++i) more += px[i];
    }

    private static double[] binomial(final int count, final double chance) {
        final double p = Math.max(LEAST, Math.min(1 - LEAST, chance));
        final double odds = p / (1 - p);
        final double[] out = new double[count + 1];
        double none = 1;
        for (int i = 0; i < count; ++i) none *= 1 - p;
        out[0] = none;
        for (int i = 0; i < count; ++i) out[i + 1] = out[i] * (odds * (count - i) * (1.0 / (i + 1)));
        return out;
    }
}
