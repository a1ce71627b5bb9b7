package matchpoint.peer;

import java.nio.ByteBuffer;

/** The score by the rules of tennis, point by point. Sides are indices 0 and 1 here. */
final class TennisScore {
    static final int MAX_SETS = 5;
    private static final int FORTY = 3;
    private static final int ADVANTAGE = 4;

    final TennisFormat format;
    final int[][] games = new int[MAX_SETS][2];
    final int[][] tiebreak = new int[MAX_SETS][2];
    final boolean[] hasTiebreak = new boolean[MAX_SETS];
    final boolean[] matchTiebreak = new boolean[MAX_SETS];
    int running;
    final int[] setsWon = new int[2];
    final int[] points = new int[2];
    int firstServer;  // of the running game or tie-break
    int winner = -1;

    TennisScore(final TennisFormat format, final int firstServer) {
        this.format = format;
        this.firstServer = firstServer;
    }

    boolean over() {
        return winner >= 0;
    }

    boolean inTiebreak() {
        return hasTiebreak[running];
    }

    void play(final int side) {
        if (!inTiebreak()) {
            playGamePoint(side);
            return;
        }
        final boolean won = hasGamePoint(side);
        ++tiebreak[running][side];
        if (won) winGame(side);
    }

    private void playGamePoint(final int side) {
        if (hasGamePoint(side)) {
            winGame(side);
        } else if (points[1 - side] == ADVANTAGE) {
            points[0] = FORTY;
            points[1] = FORTY;
        } else {
            ++points[side];
        }
    }

    private void winGame(final int side) {
        final boolean setWon = winsSetWithGame(side);
        ++games[running][side];
        points[0] = 0;
        points[1] = 0;
        if (setWon) {
            winSet(side);
            return;
        }
        firstServer = 1 - firstServer;
        final int at = tiebreakAt();
        hasTiebreak[running] = at >= 0 && games[running][0] == at && games[running][1] == at;
    }

    private void winSet(final int side) {
        if (++setsWon[side] == format.setsToWin()) {
            winner = side;
            return;
        }
        firstServer = 1 - firstServer;
        ++running;
        matchTiebreak[running] = isFinalSet() && format.finalSet() == TennisFormat.MATCH_TIEBREAK;
        hasTiebreak[running] = matchTiebreak[running];
    }

    private boolean isFinalSet() {
        return running + 1 == format.bestOf();
    }

    /** Who serves the next point; after the match, who served the last one. */
    int server() {
        if (!inTiebreak()) return firstServer;
        final int index = tiebreak[running][0] + tiebreak[running][1] - (over() ? 1 : 0);
        return (index + 1) / 2 % 2 == 0 ? firstServer : 1 - firstServer;
    }

    void correctServer(final int side) {
        if (server() != side) firstServer = 1 - firstServer;
    }

    private int tiebreakTarget() {
        return isFinalSet() && format.finalSet() != TennisFormat.ADVANTAGE ? format.finalPoints() : format.tiebreakPoints();
    }

    private int tiebreakAt() {
        if (!isFinalSet()) return format.tiebreakAt();
        return format.finalSet() == TennisFormat.TIEBREAK ? format.finalAt() : -1;
    }

    private static boolean winsByTwo(final int[] score, final int side, final int target) {
        final int reached = score[side] + 1;
        return reached >= target && reached >= score[1 - side] + 2;
    }

    boolean hasGamePoint(final int side) {
        if (over()) return false;
        if (inTiebreak()) return winsByTwo(tiebreak[running], side, tiebreakTarget());
        if (points[side] == ADVANTAGE) return true;
        return points[side] == FORTY && (format.noAd() || points[1 - side] < FORTY);
    }

    private boolean winsSetWithGame(final int side) {
        if (inTiebreak()) return true;
        final int at = tiebreakAt();
        return winsByTwo(games[running], side, TennisFormat.gamesToWin(at < 0 ? format.tiebreakAt() : at));
    }

    boolean hasSetPoint(final int side) {
        return hasGamePoint(side) && winsSetWithGame(side);
    }

    boolean hasMatchPoint(final int side) {
        return hasSetPoint(side) && setsWon[side] + 1 == format.setsToWin();
    }

    boolean isBreakPoint() {
        return !inTiebreak() && hasGamePoint(1 - server());
    }

    void put(final ByteBuffer out) {
        format.put(out);
        out.put((byte) running).put((byte) setsWon[0]).put((byte) setsWon[1]);
        out.put((byte) points[0]).put((byte) points[1]).put((byte) firstServer).put((byte) winner);
        for (int i = 0; i <= running; ++i) {
            out.put((byte) ((hasTiebreak[i] ? 1 : 0) | (matchTiebreak[i] ? 2 : 0)));
            out.putShort((short) games[i][0]).putShort((short) games[i][1]);
            out.putShort((short) tiebreak[i][0]).putShort((short) tiebreak[i][1]);
        }
    }

    static TennisScore get(final ByteBuffer in) {
        final TennisScore score = new TennisScore(TennisFormat.get(in), 0);
        score.running = in.get();
        score.setsWon[0] = in.get();
        score.setsWon[1] = in.get();
        score.points[0] = in.get();
        score.points[1] = in.get();
        score.firstServer = in.get();
        score.winner = in.get();
        for (int i = 0; i <= score.running; ++i) {
            final int flags = in.get();
            score.hasTiebreak[i] = (flags & 1) != 0;
            score.matchTiebreak[i] = (flags & 2) != 0;
            score.games[i][0] = in.getShort();
            score.games[i][1] = in.getShort();
            score.tiebreak[i][0] = in.getShort();
            score.tiebreak[i][1] = in.getShort();
        }
        return score;
    }
}
