//go:build !noasm

#include "textflag.h"

// The assembler does not know the instructions of AMX-TILE and AMX-BF16. These
// are their bytes, for the registers that multiplyAMX uses.

// LDTILECFG (DI)
#define CONFIGURE LONG $0x4978e2c4; BYTE $0x07

// TILERELEASE
#define RELEASE LONG $0x4978e2c4; BYTE $0xc0

// TILEZERO of tile t: tile is 0xc0 + 8·t
#define ZERO(tile) LONG $0x497be2c4; BYTE $tile

// TILELOADD of tile t, rows R8 bytes apart: place is 0x0004 + 8·t and the base
// in the high byte, 0x06 for SI, 0x02 for DX, 0x00 for AX
#define LOAD(place) LONG $0x4b7ba2c4; WORD $place

// TILESTORED of tile t to rows R8 bytes apart from CX: place is 0x0104 + 8·t
#define STORE(place) LONG $0x4b7aa2c4; WORD $place

// TDPBF16PS t0 += t4·t6, t1 += t4·t7, t2 += t5·t6, t3 += t5·t7
#define DOT046 LONG $0x5c4ae2c4; BYTE $0xc4
#define DOT147 LONG $0x5c42e2c4; BYTE $0xcc
#define DOT256 LONG $0x5c4ae2c4; BYTE $0xd5
#define DOT357 LONG $0x5c42e2c4; BYTE $0xdd

// func multiplyAMX(sums, a, b *float32, config *tileConfig, blocks, panels, vectors int)
TEXT ·multiplyAMX(SB), NOSPLIT, $0-56
	MOVQ sums+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ config+24(FP), DI
	MOVQ blocks+32(FP), BX
	MOVQ panels+40(FP), R10
	MOVQ vectors+48(FP), R11

	CONFIGURE
	ZERO(0xc0)
	ZERO(0xc8)
	ZERO(0xd0)
	ZERO(0xd8)

	// R9: bytes of a tile of A, one for every block; AX: the second panel.
	MOVBQZX 52(DI), R9
	SHLQ    $6, R9
	MOVQ    R9, AX
	IMULQ   BX, AX
	ADDQ    SI, AX

	CMPQ R11, $2
	JE   wide

narrow:
	MOVQ $64, R8
	LOAD(0x0624) // t4
	LOAD(0x0234) // t6
	DOT046
	CMPQ R10, $1
	JE   narrowNext
	LOAD(0x002c) // t5
	DOT256

narrowNext:
	ADDQ R9, SI
	ADDQ R9, AX
	ADDQ $1024, DX
	DECQ BX
	JNZ  narrow
	JMP  store

wide:
	MOVQ $64, R8
	LOAD(0x0624) // t4
	MOVQ $128, R8
	LOAD(0x0234) // t6
	DOT046
	ADDQ $64, DX
	LOAD(0x023c) // t7
	DOT147
	CMPQ R10, $1
	JE   wideNext
	MOVQ $64, R8
	LOAD(0x002c) // t5
	DOT256
	DOT357

wideNext:
	ADDQ R9, SI
	ADDQ R9, AX
	ADDQ $1984, DX
	DECQ BX
	JNZ  wide

store:
	MOVQ $128, R8
	STORE(0x0104)
	ADDQ $64, CX
	STORE(0x010c)
	CMPQ R10, $1
	JE   done
	ADDQ $1984, CX
	STORE(0x0114)
	ADDQ $64, CX
	STORE(0x011c)

done:
	RELEASE
	RET
