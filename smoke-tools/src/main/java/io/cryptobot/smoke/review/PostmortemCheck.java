package io.cryptobot.smoke.review;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Compares the pages with their postmortems. Stateless. */
final class PostmortemCheck {
    private PostmortemCheck() {}

    /** The state of the postmortem of an incident. */
    enum State {
        WRITTEN,
        /** There is no postmortem yet, and it is not due. */
        DUE,
        /** The incident is not over. */
        LASTS,
        /** There is no postmortem, and it was due. */
        MISSING
    }

    /** A paged incident and the state of its postmortem. */
    record Finding(Incident incident, State state) {
        /** {@return the finding as one line for a person} */
        String line() {
            Firing first = incident.first();
            String what = first.name() + " fired " + first.from()
                    + (incident.firings().size() == 1
                            ? ""
                            : " with " + (incident.firings().size() - 1) + " more");
            String next = "cryptobot postmortem new --alert=" + first.alert() + " --at=" + first.from();
            return switch (state) {
                case WRITTEN -> what + ": has its postmortem";
                case DUE -> what + ": no postmortem yet, due " + incident.due() + "; begin: " + next;
                case LASTS -> what + ": still fires; begin the postmortem: " + next;
                case MISSING -> what + ": no postmortem, was due " + incident.due() + "; write one: " + next;
            };
        }
    }

    /** {@return a finding for every incident in the firings that paged somebody} */
    static List<Finding> of(List<Firing> firings, List<PostmortemFile> files, Instant now) {
        List<Finding> findings = new ArrayList<>();
        for (Incident incident :
                Incident.of(firings.stream().filter(Firing::pages).toList())) {
            State state;
            if (files.stream().anyMatch(file -> file.covers(incident))) {
                state = State.WRITTEN;
            } else if (incident.isOngoing()) {
                state = State.LASTS;
            } else {
                state = now.isAfter(incident.due()) ? State.MISSING : State.DUE;
            }
            findings.add(new Finding(incident, state));
        }
        return findings;
    }
}
