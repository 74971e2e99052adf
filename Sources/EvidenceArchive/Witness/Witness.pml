/* How a witness cosigns (docs/design.md), as a model that `spin` checks exhaustively: scripts/check-model.
 *
 * A log of at most three entries whose operator cheats: history 1 has other entries than history 0 from the second on, so that
 * their roots differ at every size above 1, and no proof leads from one to the other. He asks for anything at any time, of two
 * processes of the witness at once. A process or the whole machine stops at any step. What ends in D is what the disk holds.
 *
 * MUTANT_x breaks one step and must be refuted. */

#define SIZES 4
#define REQUESTS 4
#define FAULTS 2

/* The table `cosigned`: the newest row is all that WitnessRule goes by; its root is its history, above size 1. */
byte newest, newestD;
bit root, rootD;
byte busy;                      /* SQLite's lock: 1 + the process whose immediate transaction runs */
byte requests, faults;
bool working[2], kill[2];       /* a request is with that process; it is stopped */
/* Of which history a root above size 1 left the witness, in whatever order answers arrive. */
bool given[2];

/* The operator: any old size, any size, either history; a proof is valid or not. `ConsistencyProof.verify` accepts one
 * only where the newest cosigned tree is a prefix of the new one. */
#define EXTENDS(old, oldRoot, size, history) (old <= 1 || oldRoot == history)

/* WitnessRule.refusal: otherOldSize (with a size not above the checkpoint's), otherRoot, proofInvalid */
#ifdef MUTANT_OLD_SIZE_UNCHECKED
#define OLD_SIZE (old <= size)
#else
#define OLD_SIZE (old == readSize && old <= size)
#endif
#ifdef MUTANT_SAME_SIZE_UNCHECKED
#define SAME_ROOT true
#else
#define SAME_ROOT (readSize != size || readSize <= 1 || history == readRoot)
#endif
#ifdef MUTANT_PROOF_UNCHECKED
#define PROVEN true
#else
#define PROVEN (old == size || (proof && EXTENDS(old, readRoot, size, history)))
#endif
#define GOOD (OLD_SIZE && SAME_ROOT && PROVEN)

inline give() {
    /* Never two histories, and so never two roots for one size. */
    assert(size == 1 || !given[1 - history]);
    /* An answer only once what it rests on is durable. */
    assert(newestD > size || (newestD == size && rootD == history));
    given[history] = (given[history] || size > 1)
}

inline release() {
    atomic {
        if
        :: busy == me + 1 -> busy = 0
        :: else
        fi
    }
}

proctype Process(bit me) {
    byte old, size, readSize;
    bit history, readRoot;
    bool proof;
endAgain:
    /* A request comes, by HTTP or as a file. */
    atomic {
        requests < REQUESTS -> requests++; working[me] = true;
        select(size : 1 .. SIZES - 1);
        select(old : 0 .. SIZES - 1);
        if
        :: size > 1 -> history = 1
        :: history = 0
        fi;
        if
        :: old < size -> proof = true
        :: proof = false
        fi
    };
    {
        /* WitnessStore.write: an immediate transaction */
#ifndef MUTANT_NO_TRANSACTION
        atomic { busy == 0 -> busy = me + 1 };
#endif
        /* WitnessStore.answer: newest(of:) */
        atomic { readSize = newest; readRoot = root };
        /* WitnessRule.judge */
        if
        :: atomic { !GOOD -> goto refused }
        :: atomic { GOOD }
        fi;
#ifdef MUTANT_ANSWER_BEFORE_DURABLE
        atomic { give() };
#endif
        /* WitnessStore.cosign and COMMIT: SQLite's rollback journal goes, then its folder is synced (`synchronous = EXTRA`). */
        atomic { newest = size; root = history };
        if
#ifndef MUTANT_NO_EXTRA_SYNC
        :: atomic { assert(newest >= newestD); newestD = newest; rootD = root }     /* sizes never go down */
#else
        :: true
#endif
#ifndef MUTANT_ANSWER_AFTER_FAILED_WRITE
        :: atomic { faults < FAULTS -> faults++; goto refused }         /* hasFailed: no answer; started again at once */
#else
        :: atomic { faults < FAULTS -> faults++ }
#endif
        fi;
        release();
#ifndef MUTANT_ANSWER_BEFORE_DURABLE
        atomic { give() };
#endif
refused:
        release();
        working[me] = false
    } unless {
        atomic { kill[me] -> kill[me] = false }
    };
    atomic { old = 0; size = 0; readSize = 0; history = 0; readRoot = 0; proof = false; goto endAgain }
}

/* A process is gone, and with it its transaction: what was not committed is rolled back by the next one. */
inline stop(p) {
    if
    :: working[p] -> kill[p] = true; working[p] = false
    :: else
    fi;
    if
    :: busy == p + 1 -> busy = 0
    :: else
    fi
}
proctype Faults() {
end:
    do
    :: atomic { faults < FAULTS && working[0] -> faults++; stop(0) }
    :: atomic { faults < FAULTS && working[1] -> faults++; stop(1) }
    :: atomic { faults < FAULTS && (working[0] || working[1]) ->
        /* The power fails: a row that was not synced is lost or kept. */
        faults++; stop(0); stop(1);
        if
        :: newest = newestD; root = rootD
        :: newestD = newest; rootD = root
        fi }
    od
}

init {
    atomic { run Process(0); run Process(1); run Faults() }
}
