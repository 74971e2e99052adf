/* How a commit happens (docs/design.md), as a model that `spin` checks exhaustively: scripts/check-model.
 *
 * Two runs of `add`, each with one file, perhaps the same content. A run or the whole machine stops at any step, and runs start
 * anew. When the power fails, each thing that was not synced is lost or kept by itself. A copy of the archive's folder, taken at
 * any time, is put in its place at any time: a run that has the folder open goes on in the one that was there, so that two copies
 * are written at once. What ends in D is what the disk holds; its twin without it is what programs see.
 *
 * MUTANT_x breaks one step. WITHOUT_x drops an assumption that the properties need. Both must be refuted. */

#define RUNS 4                  /* run 0 made the archive; later ones are numbered as they start */
#define SIZES RUNS
#if defined(MUTANT_NO_MEMORY_CHECK) || defined(MUTANT_NO_MEMORY_LOCK) || defined(WITHOUT_SAVED_MEMORY)
#define COPY
#endif
#ifdef COPY                     /* with a copy put in place one fault, without one two: so it stays small */
#define FAULTS 1
#else
#define FAULTS 2
#endif

mtype = { none, torn, soft, good };   /* a file: not there; half there; its bytes not synced; whole and synced */

/* The archive's folder. */
byte log[SIZES];                /* which run committed at that place: entry, body */
byte entries = 1, entriesD = 1;
byte heads = 1, headsD = 1;     /* the size that the newest signed checkpoint in the log has */
byte published = 1, publishedD = 1, publishedBy, publishedByD;      /* the file `checkpoint` */
mtype object[2] = none, objectD[2] = none;             /* objects/, by content */
byte journal[RUNS], journalD[RUNS];     /* a run's `promoting`: 0 not there, 1 nothing new, 2 + the log's size: its file is new */
bit folder[RUNS];               /* a run's folder under incoming/ */
/* Outside the folder. */
byte lock;                      /* flock of the folder: 1 + the writer that holds it */
byte memoryLock;                /* flock beside the operator's memory: 1 + the writer that holds it */
byte remembered = 1, rememberedD = 1, rememberedBy, rememberedByD;  /* the operator's memory */
byte content[RUNS];             /* what each run adds */
bit alive[RUNS];                /* it holds the lock on its folder under incoming/ */
byte running[2], runs = 1, faults;
bool kill[2];
bool restored;                  /* a copy was put in place */
byte displaced;                 /* 1 + the writer that then held the lock, and goes on in the folder that was there */
#define HERE (displaced != me + 1)
/* What the properties look at. */
byte largest = 1;               /* the largest size that ever was durable */
byte told[SIZES];               /* the run that was told that its commit at this place is done */

/* Every commit that the disk has is whole, and names a file that lies in its place, durably. */
#define NAMED(i) (i >= entries || (object[content[log[i]]] == good && objectD[content[log[i]]] == good))
#define WHOLE (NAMED(1) && NAMED(2) && NAMED(3) && entriesD == headsD)
/* The memory is never ahead of a durable log, unless an older one was put in its place. */
#define BEHIND (restored || (rememberedD <= entriesD && remembered <= entries))

/* LogDatabase, `synchronous = EXTRA`: the rollback journal is gone, and nobody may lean on it before its folder is synced. */
inline syncLog() {
    entriesD = entries; headsD = heads;
    if
    :: entriesD > largest -> largest = entriesD
    :: else -> assert(restored)         /* what was durable was lost */
    fi
}

/* Staging.sweep, withdrawUncommitted: what a dead run put in place goes, unless an entry came to name it. */
#define DEAD(r) (folder[r] && !alive[r])
#define NAMES(i, r) (i >= journal[r] - 2 && i < entries && content[log[i]] == content[r])
#define IS_NAMED(r) (NAMES(1, r) || NAMES(2, r) || NAMES(3, r))
#ifdef MUTANT_SWEEP_BLINDLY
#define ORPHAN(r) (journal[r] >= 2)
#else
#define ORPHAN(r) (journal[r] >= 2 && !IS_NAMED(r))
#endif
inline sweep() {
    do
    :: atomic { i < RUNS && DEAD(i) && ORPHAN(i) && object[content[i]] != none -> object[content[i]] = none }  /* not synced */
    :: atomic { i < RUNS && DEAD(i) && !(ORPHAN(i) && object[content[i]] != none) -> folder[i] = 0; journal[i] = 0 }
    :: atomic { i < RUNS && !DEAD(i) -> skipLiving() }
    :: atomic { i == RUNS -> i = 0; break }
    od
}
inline skipLiving() {
    do
    :: i < RUNS && !DEAD(i) -> i++
    :: else -> break
    od
}

#if defined(MUTANT_NO_REQUIRE_FILES) || defined(MUTANT_PROMOTE_AFTER_COMMIT)
#define HELD true
#else
#define HELD (object[content[id]] != none)
#endif

proctype Writer(bit me) {
    byte id, size, i;
    mtype own;                  /* this run's copy under incoming/ */
    bool isNew;
endAgain:
    /* Staging.init */
    atomic {
        runs < RUNS -> id = runs; runs++; running[me] = id; alive[id] = 1; folder[id] = 1;
        if
        :: content[id] = 0
#ifndef COPY
        :: me == 1 -> content[id] = 1
#endif
        fi
    };
    {
        /* Staging.ingest and settle: no copy where the archive holds the content whole. */
        if
        :: atomic { object[content[id]] == soft || object[content[id]] == good -> own = none }
        :: atomic { else -> own = soft }
        fi;
        /* Staging.finishCopying */
#ifndef MUTANT_NO_FSYNC
        if
        :: own == soft -> own = good
        :: else
        fi;
#endif
        /* ArchiveLock.init */
#ifndef MUTANT_NO_LOCK
        atomic { lock == 0 -> lock = me + 1 };
#endif
        /* MemoryFolder.lock */
#ifndef MUTANT_NO_MEMORY_LOCK
        atomic { memoryLock == 0 -> memoryLock = me + 1 };
#endif
        /* AppendSession.init: current, checkPublishedCheckpoint */
        atomic {
            size = entries;
            if
            :: !HERE -> goto refused        /* it goes on like one displaced a little later, or is refused */
#ifndef MUTANT_NO_MEMORY_CHECK
            :: size < remembered || log[remembered - 1] != rememberedBy -> assert(restored); goto refused
#endif
            :: size < published || log[published - 1] != publishedBy -> assert(restored); goto refused
            :: else
            fi
        }
        /* Staging.sweep */
        if
        :: atomic { HERE -> skip }; sweep()
        :: atomic { else -> skip }
        fi;
        /* Staging.promote: the journal (Files.replace), the names, their folder */
        if
        :: atomic { !HERE -> skip }
        :: atomic { HERE && !folder[id] -> assert(restored); goto refused }
        :: atomic { else ->
            isNew = (own != none && object[content[id]] == none);
#ifndef MUTANT_NO_JOURNAL
            journal[id] = (isNew -> 2 + size : 1); journalD[id] = journal[id]
#endif
            }
        fi;
#ifdef MUTANT_PROMOTE_AFTER_COMMIT
        goto commit;
late:
#endif
        if
        :: atomic { own != none && HERE -> object[content[id]] = own; own = none };
#ifndef MUTANT_NO_FOLDER_SYNC
            if
            :: atomic { HERE -> objectD[content[id]] = object[content[id]] }
            :: atomic { else -> skip }
            fi
#endif
        :: atomic { else -> skip }
        fi;
#ifdef MUTANT_PROMOTE_AFTER_COMMIT
        goto publish;
commit:
#endif
#ifdef MUTANT_MEMORY_BEFORE_COMMIT
        atomic { remembered = size + 1; rememberedBy = id; rememberedD = remembered; rememberedByD = id };
#endif
#ifdef MUTANT_PUBLISH_BEFORE_COMMIT
        atomic { published = size + 1; publishedBy = id; publishedD = published; publishedByD = id };
#endif
#ifdef MUTANT_TELL_BEFORE_COMMIT
        told[size] = id;
#endif
        /* CommitWriter.write: requireFiles, and one transaction of entries, bodies and checkpoint */
        if
        /* In the folder that was there, nobody else commits; of what is in it, only its size is followed here. */
        :: atomic { !HERE -> assert(size + 1 > rememberedD); goto remember }
        :: atomic { HERE && !HELD -> goto demote }
        :: atomic { HERE && entries != size -> goto demote }              /* the place is taken: PRIMARY KEY */
        :: atomic { faults < FAULTS -> faults++; goto demote }       /* no room, or a fault of the disk */
        :: atomic { HERE && HELD && entries == size ->
            /* No commit where one is that the operator remembers, none upon a log that lacks what somebody was told of. */
            assert(size + 1 > rememberedD || rememberedBy == id);
            for (i : 1 .. SIZES - 1) { assert(told[i] == 0 || told[i] == id || (i < entries && log[i] == told[i])) }
            i = 0;
            log[entries] = id; entries++;
#ifndef MUTANT_TWO_TRANSACTIONS
            heads = entries
#endif
            }
        fi;
        if
        :: atomic { faults < FAULTS -> faults++; goto demote }       /* the folder's fsync failed: an error, yet committed */
        :: true
        fi;
#ifndef MUTANT_NO_EXTRA_SYNC
        if
        :: atomic { HERE -> syncLog() }
        :: atomic { else -> skip }
        fi;
#endif
#ifdef MUTANT_TWO_TRANSACTIONS
        atomic { heads = entries; syncLog() };
#endif
#ifdef MUTANT_PROMOTE_AFTER_COMMIT
        goto late;
publish:
#endif
        /* WrittenCommit.publish: the file `checkpoint`, the memory, each written and synced; the index decides nothing here */
        if
        :: atomic { HERE -> published = size + 1; publishedBy = id };
        :: atomic { else -> skip }
        fi;
        if
        :: atomic { HERE -> publishedD = published; publishedByD = publishedBy };
        :: atomic { else -> skip }
        fi;
remember:
        if
#ifdef WITHOUT_SAVED_MEMORY
        :: atomic { faults < FAULTS -> faults++ }                 /* it failed, and the command warns of it */
#endif
        :: atomic { remembered = size + 1; rememberedBy = id };
           atomic { rememberedD = remembered; rememberedByD = rememberedBy }
        fi;
        /* The command says that it is done; the lock goes, then Staging.close. */
        told[size] = id;
        goto refused;
demote:
        /* Staging.demote: the log is asked what it names, since a commit that failed may stand */
        if
#ifdef MUTANT_DEMOTE_BLINDLY
        :: atomic { isNew -> object[content[id]] = none }
#else
        :: atomic { HERE && isNew && ORPHAN(id) -> object[content[id]] = none }
#endif
        :: else
        fi;
refused:
        atomic {
            if
#ifndef MUTANT_LOCK_KEPT
            :: lock == me + 1 -> lock = 0
#endif
            :: else
            fi;
            if
            :: memoryLock == me + 1 -> memoryLock = 0
            :: else
            fi
        };
        /* Staging.close */
        atomic {
            if
            :: HERE -> folder[id] = 0; journal[id] = 0
            :: else -> displaced = 0
            fi;
            alive[id] = 0; running[me] = 0
        }
    } unless {
        atomic { kill[me] -> kill[me] = false }
    };
    atomic { id = 0; size = 0; i = 0; own = 0; isNew = 0; goto endAgain }
}

/* The process is gone, and with it its locks. */
inline stop(w) {
    if
    :: running[w] ->
        kill[w] = true; alive[running[w]] = 0; running[w] = 0;
        if
        :: lock == w + 1 -> lock = 0
        :: else
        fi;
        if
        :: memoryLock == w + 1 -> memoryLock = 0
        :: else
        fi;
        if
        :: displaced == w + 1 -> displaced = 0
        :: else
        fi
    :: else
    fi
}
/* Not synced: lost or kept. What the disk has then is all there is. */
inline settle(cached, disk) {
    if
    :: cached = disk
    :: disk = cached
    fi
}
inline settleFile(f) {
    settle(object[f], objectD[f]);
    if
    :: object[f] == soft -> object[f] = torn; objectD[f] = torn
    :: else
    fi
}
inline settleFolder(r) {
    if
    :: journal[r] != journalD[r] -> journal[r] = journalD[r]; folder[r] = 1     /* its removal is lost */
    :: journalD[r] = journal[r]
    fi
}
inline powerFails() {
    stop(0); stop(1);
    settleFile(0); settleFile(1);
    settleFolder(1); settleFolder(2); settleFolder(3);
    if
    :: entries = entriesD; heads = headsD
    :: entriesD = entries; headsD = heads; largest = (entries > largest -> entries : largest)
    fi;
    if
    :: published = publishedD; publishedBy = publishedByD
    :: publishedD = published; publishedByD = publishedBy
    fi;
    if
    :: remembered = rememberedD; rememberedBy = rememberedByD
    :: rememberedD = remembered; rememberedByD = rememberedBy
    fi
}
proctype Faults() {
end:
    do
    :: atomic { faults < FAULTS && running[0] -> faults++; stop(0) }
    :: atomic { faults < FAULTS && running[1] -> faults++; stop(1) }
    :: atomic { faults < FAULTS && (running[0] || running[1]) -> faults++; powerFails() }
    od
}

#ifdef COPY
/* Somebody takes a copy of the folder, and later puts it in place. Folders of runs that go on are not in it. */
byte copyLog[SIZES], copyEntries, copyPublished, copyPublishedBy, copyJournal[RUNS];
bit copyFolder[RUNS];
mtype copyObject[2] = none;
proctype Copier() {
    byte k;
end:
    atomic {
        entries == heads ->
        for (k : 1 .. SIZES - 1) { copyLog[k] = log[k] }
        for (k : 1 .. RUNS - 1) { copyJournal[k] = journal[k]; copyFolder[k] = folder[k] }
        for (k : 0 .. 1) { copyObject[k] = (object[k] == soft -> good : object[k]) }
        copyEntries = entries; copyPublished = published; copyPublishedBy = publishedBy; k = 0
    };
endAgain:
    atomic {
        restored = true; displaced = lock; lock = 0;
        for (k : 1 .. SIZES - 1) { log[k] = copyLog[k]; copyLog[k] = 0 }
        for (k : 1 .. RUNS - 1) {
            folder[k] = (alive[k] -> 0 : copyFolder[k]); journal[k] = (alive[k] -> 0 : copyJournal[k]); journalD[k] = journal[k];
            copyFolder[k] = 0; copyJournal[k] = 0
        }
        for (k : 0 .. 1) { object[k] = copyObject[k]; objectD[k] = object[k]; copyObject[k] = none }
        entries = copyEntries; entriesD = entries; heads = entries; headsD = entries;
        published = copyPublished; publishedD = published; publishedBy = copyPublishedBy; publishedByD = publishedBy;
        copyEntries = 0; copyPublished = 0; copyPublishedBy = 0; k = 0
    }
}
#endif

proctype Watch() {
end:
    if
    :: atomic { !WHOLE -> assert(false) }
    :: atomic { !BEHIND -> assert(false) }
    fi
}

init {
    atomic {
        run Writer(0); run Writer(1); run Faults(); run Watch();
#ifdef COPY
        run Copier()
#endif
    }
}
