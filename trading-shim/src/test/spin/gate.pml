/*
 * The protocol of gate and switch for the model checker Spin: two threads of a bot send orders; a switch goes to live and
 * back, waits for the drain, reports it, and does that again. At any step the bot may be killed, or close its gate while its
 * threads go on, and its next run takes the file over. The claim: after a report of "drained", nothing is sent until the next
 * switch to live. Each statement is one atomic access, as those to the control file are; mode and epoch are two halves of one
 * word there, an entry's state and its attachment are too.
 *
 *   spin -a gate.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan
 *
 * With one of -DNO_SECOND_CHECK, -DCOUNT_AFTER_CHECKS, -DBLIND_GIVE_UP, -DBLIND_FREE, -DNO_LOOK_AT_HELD, -DBLIND_COUNT the protocol is wrong, and
 * pan finds the order that slips through.
 */
#define FLIPS 2
#define FREE 0
#define MINE(state) (1 + 3 * mine + state)      /* no two attachments write the same word */
#define TAKEN 0
#define SENT 1
#define UNKNOWN 2
#define IS_IN_FLIGHT(word) (word != FREE && word != 1 + UNKNOWN && word != 4 + UNKNOWN)

#ifdef BLIND_GIVE_UP
#define GIVE_UP entry = FREE
#else
#define GIVE_UP atomic { if :: entry == MINE(TAKEN) -> entry = FREE :: else fi }
#endif
#ifdef BLIND_FREE
#define FORGET entry = FREE
#else
#define FORGET atomic { if :: entry == MINE(UNKNOWN) -> entry = FREE :: else fi }
#endif
#ifdef NO_LOOK_AT_HELD
#define LET_GO_PENDING false
#else
#define LET_GO_PENDING held[mine]
#endif
#ifdef BLIND_COUNT
#define OWN_COUNT true
#else
#define OWN_COUNT countOf == mine
#endif
#define COUNT_WITHOUT heldWithout[mine]++; atomic { if :: OWN_COUNT -> without++ :: else fi }
#define UNCOUNT_WITHOUT atomic { if :: OWN_COUNT && without > 0 -> without-- :: else fi }; heldWithout[mine]--

bool live = false;
byte epoch = 0;
byte entry = FREE;      /* the one entry that both threads try first */
byte without = 0;       /* orders that have found no entry ... */
byte countOf = 0;       /* ... and whose attachment they are of, one word */
bool drained = true;    /* what the switch has reported last */
bool killed = false;    /* the first run: no further step */
byte trusted = 0;       /* which attachment may send; 2: none */
bool held[2];           /* what a run itself knows of its orders: with the entry, and without */
byte heldWithout[2];

inline countIn() {
    if
    :: atomic { entry == FREE -> entry = MINE(TAKEN) };
       if
       :: LET_GO_PENDING -> GIVE_UP; COUNT_WITHOUT; holds = false
       :: else -> held[mine] = true; holds = true
       fi
    :: atomic { entry != FREE -> holds = false }; COUNT_WITHOUT
    fi
}

proctype sender(byte mine) {
    bool sawLive;
    byte sawEpoch;
    bool holds;             /* the entry, and not a place in the count */
    {
        do
        :: atomic { sawLive = live && trusted == mine; sawEpoch = epoch };          /* check */
           if
           :: !sawLive -> skip
           :: else ->
#ifndef COUNT_AFTER_CHECKS
              countIn();
#endif
              if
#ifdef NO_SECOND_CHECK
              :: true ->
#else
              :: atomic { !(trusted == mine && live && epoch == sawEpoch) -> skip };
#ifndef COUNT_AFTER_CHECKS
                 if
                 :: holds -> GIVE_UP; held[mine] = false
                 :: else -> UNCOUNT_WITHOUT
                 fi
#endif
              :: atomic { trusted == mine && live && epoch == sawEpoch -> skip };   /* check again */
#endif
#ifdef COUNT_AFTER_CHECKS
                 countIn();
#endif
                 if :: holds -> entry = MINE(SENT) :: else fi;
                 assert(!drained);                              /* the send begins ... */
                 assert(!drained);                              /* ... and ends */
                 if
                 :: holds -> entry = FREE; held[mine] = false
                 :: holds -> entry = MINE(UNKNOWN); held[mine] = false; FORGET      /* once it is stored */
                 :: !holds -> UNCOUNT_WITHOUT
                 fi
              fi
           fi
        od
    } unless { killed && mine == 0 }
}

proctype switch() {
    byte flip;
    for (flip : 1 .. FLIPS) {
        drained = false;
        atomic { live = true; epoch++ };
        atomic { live = false; epoch++ };
        !IS_IN_FLIGHT(entry);                                   /* one look after the other, not at both at once */
        without == 0;
        drained = true
    }
}

/* The next run owns the file only when the last one is dead or holds none; it takes what was left over as unknown orders. */
proctype restart() {
    if
    :: killed = true
    :: trusted = 2; !held[0] && heldWithout[0] == 0
    fi;
    entry = FREE;
    atomic { without = 0; countOf = 1 };
    atomic { trusted = 1; run sender(1) }                       /* one: what two do to each other, the first run shows */
}

init {
    atomic {
        run sender(0);
        run sender(0);
        run switch();
        run restart()
    }
}
