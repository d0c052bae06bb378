/*
 * The protocol of gate and switch for the model checker Spin: two threads of a bot send orders; a switch goes to live and
 * back, waits for the drain, reports it, and does that again; the bot may be killed at any step and its next run take over.
 * The claim: after a report of "drained", nothing is sent until the next switch to live. Each statement is one atomic access,
 * as those to the control file are; mode and epoch are two halves of one word there.
 *
 *   spin -a gate.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan
 *
 * With -DNO_SECOND_CHECK or -DCOUNT_AFTER_CHECKS the order of operations is wrong, and pan finds the order that slips through.
 */
#define FLIPS 2
/* The look before the exchange of the entry's word only saves an exchange that would fail. */
#define COUNT_IN  if :: atomic { !taken -> taken = true; holds = true } :: atomic { taken -> without++; holds = false } fi
#define COUNT_OUT if :: holds -> taken = false :: else -> without-- fi

bool live = false;
byte epoch = 0;
bool taken = false;     /* the one entry that both threads try first */
byte without = 0;       /* orders that have found no entry */
bool drained = true;    /* what the switch has reported last */
byte life = 0;          /* which run of the bot is alive */

proctype sender(byte mine) {
    bool sawLive;
    byte sawEpoch;
    bool holds;             /* the entry, and not a place in the count */
    {
        do
        :: atomic { sawLive = live; sawEpoch = epoch };         /* check */
           if
           :: !sawLive -> skip
           :: else ->
#ifndef COUNT_AFTER_CHECKS
              COUNT_IN;
#endif
              if
#ifdef NO_SECOND_CHECK
              :: true ->
#else
              :: atomic { !(live && epoch == sawEpoch) -> skip };
#ifndef COUNT_AFTER_CHECKS
                 COUNT_OUT
#endif
              :: atomic { live && epoch == sawEpoch -> skip };  /* check again */
#endif
#ifdef COUNT_AFTER_CHECKS
                 COUNT_IN;
#endif
                 assert(!drained);                              /* the send begins ... */
                 assert(!drained);                              /* ... and ends */
                 COUNT_OUT
              fi
           fi
        od
    } unless { life != mine }                           /* SIGKILL: no further step */
}

proctype switch() {
    byte flip;
    for (flip : 1 .. FLIPS) {
        drained = false;
        atomic { live = true; epoch++ };
        atomic { live = false; epoch++ };
        !taken;                                                 /* one look after the other, not at both at once */
        without == 0;
        drained = true
    }
}

/* The next run owns the file only when the last one is dead; it takes what was in flight over as unknown orders. */
proctype restart() {
    atomic { life++; taken = false; without = 0 };
    run sender(life);
    run sender(life)
}

init {
    atomic {
        run sender(0);
        run sender(0);
        run switch();
        run restart()
    }
}
