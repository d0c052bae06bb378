package io.cryptobot.ops;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The differences of two trees, line by line, for the user. */
final class TreeDifference {

    private TreeDifference() {}

    /** {@return each file that differs, with its removed and added lines; a sentence if no file differs} */
    static String of(FileTree before, FileTree after) {
        StringBuilder text = new StringBuilder();
        for (String path : before.with(after.files()).files().keySet()) {
            String old = before.text(path);
            String now = after.text(path);
            if (!old.equals(now)) {
                text.append(
                                !before.files().containsKey(path)
                                        ? "new "
                                        : after.files().containsKey(path) ? "changed " : "gone ")
                        .append(path)
                        .append('\n');
                if (before.files().containsKey(path) && after.files().containsKey(path)) {
                    lines(old.lines().toList(), now.lines().toList()).forEach(text::append);
                }
            }
        }
        return text.isEmpty() ? "no file differs\n" : text.toString();
    }

    /** By the longest common subsequence; the files have a thousand lines at most. */
    private static Deque<String> lines(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        Deque<String> lines = new ArrayDeque<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                i++;
                j++;
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add("  - " + before.get(i++) + "\n");
            } else {
                lines.add("  + " + after.get(j++) + "\n");
            }
        }
        return lines;
    }
}
