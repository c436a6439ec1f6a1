#include "closed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world.h"

// Exceptions to the rule, and a few instructions for the rule itself.
#define MOST_CODE (3 * MOST_EXCEPTIONS + 16)

// MARK: Dead: a filter of the socket drops what it does not pass

void closed_bury(int listener) {
    address_t addresses[MOST_EXCEPTIONS];
    enum server servers[MOST_EXCEPTIONS];
    size_t count = world_exceptions(addresses, servers);
    unsigned first, last;
    world_range(SERVER_DEAD, &first, &last);
    struct sock_filter code[MOST_CODE];
    unsigned short length = 0;
    const struct sock_filter pass = BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFFu), drop = BPF_STMT(BPF_RET | BPF_K, 0);
    // The destination's address stands 16 octets into the IP header.
    code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)SKF_NET_OFF + 16);
    for (size_t index = 0; index < count; index++) {
        code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, addresses[index], 0, 1);
        code[length++] = servers[index] == SERVER_DEAD ? drop : pass;
    }
    code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ADDRESS(first, 0, 0), 0, 2);
    code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, ADDRESS(last, 255, 255), 1, 0);
    code[length++] = drop;
    code[length++] = pass;
    struct sock_fprog program = {.len = length, .filter = code};
    if (setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program)) perror("farm: dead addresses");
}

// MARK: Refusing: where the kernel looks for a socket, a program says that there is none (BPF_PROG_TYPE_SK_LOOKUP)

static struct bpf_insn instruction(int operation, int to, int from, int offset, uint32_t value) {
    return (struct bpf_insn){.code = (uint8_t)operation, .dst_reg = to & 15, .src_reg = from & 15, .off = (int16_t)offset,
                             .imm = (int32_t)value};
}

static int bpf(enum bpf_cmd command, union bpf_attr *attributes) {
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static size_t write_program(struct bpf_insn *code, unsigned port) {
    address_t addresses[MOST_EXCEPTIONS];
    enum server servers[MOST_EXCEPTIONS];
    size_t length = 0, count = world_exceptions(addresses, servers);
    unsigned first, last;
    world_range(SERVER_REFUSES, &first, &last);
    const struct bpf_insn leave = instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
    enum { RESULT = 0, CONTEXT = 1, HERE = 2 };
    code[length++] = instruction(BPF_ALU64 | BPF_MOV | BPF_K, RESULT, 0, 0, SK_PASS);
    code[length++] = instruction(BPF_LDX | BPF_MEM | BPF_W, HERE, CONTEXT, offsetof(struct bpf_sk_lookup, local_port), 0);
    code[length++] = instruction(BPF_JMP | BPF_JEQ | BPF_K, HERE, 0, 1, port);
    code[length++] = leave;
    code[length++] = instruction(BPF_LDX | BPF_MEM | BPF_W, HERE, CONTEXT, offsetof(struct bpf_sk_lookup, local_ip4), 0);
    code[length++] = instruction(BPF_ALU | BPF_END | BPF_TO_BE, HERE, 0, 0, 32);
    for (size_t index = 0; index < count; index++) {
        code[length++] = instruction(BPF_JMP32 | BPF_JNE | BPF_K, HERE, 0, 2, addresses[index]);
        code[length++] = instruction(BPF_ALU64 | BPF_MOV | BPF_K, RESULT, 0, 0,
                                     servers[index] == SERVER_REFUSES ? SK_DROP : SK_PASS);
        code[length++] = leave;
    }
    code[length++] = instruction(BPF_JMP32 | BPF_JLT | BPF_K, HERE, 0, 2, ADDRESS(first, 0, 0));
    code[length++] = instruction(BPF_JMP32 | BPF_JGT | BPF_K, HERE, 0, 1, ADDRESS(last, 255, 255));
    code[length++] = instruction(BPF_ALU64 | BPF_MOV | BPF_K, RESULT, 0, 0, SK_DROP);
    code[length++] = leave;
    return length;
}

void closed_refuse(unsigned port) {
    struct bpf_insn code[MOST_CODE];
    union bpf_attr load, attach;
    memset(&load, 0, sizeof load);
    load.prog_type = BPF_PROG_TYPE_SK_LOOKUP;
    load.expected_attach_type = BPF_SK_LOOKUP;
    load.insns = (uintptr_t)code;
    load.insn_cnt = (uint32_t)write_program(code, port);
    load.license = (uintptr_t) "";
    memset(&attach, 0, sizeof attach);
    attach.link_create.prog_fd = (uint32_t)bpf(BPF_PROG_LOAD, &load);
    attach.link_create.target_fd = (uint32_t)open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    attach.link_create.attach_type = BPF_SK_LOOKUP;
    // It holds as long as this process has the link open.
    if ((int)attach.link_create.prog_fd < 0 || bpf(BPF_LINK_CREATE, &attach) < 0) {
        fprintf(stderr, "farm: the kernel does not refuse connections for us (%s): they are reset instead\n", strerror(errno));
    }
}
