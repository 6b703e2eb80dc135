package main

import (
	"encoding/binary"
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	. "github.com/mmcloughlin/avo/reg"
)

// AVX512_BF16 is known neither to avo nor to Go's assembler. Each of its
// instructions is built as another one of the same operands, which nothing else
// here uses, and replaced by its bytes once registers are given.
var encodings = map[string]evex{
	"VPDPBUSD": {name: "VDPBF16PS", prefix: 0b10, opcode: 0x52},
	"VPMADDWD": {name: "VCVTNE2PS2BF16", prefix: 0b11, opcode: 0x72},
}

// dotPairs builds VDPBF16PS: sums += x·y.
func dotPairs(x, y, sums VecVirtual) { VPDPBUSD(x, y, sums) }

// roundBoth builds VCVTNE2PS2BF16: dst is low rounded, then high rounded.
func roundBoth(low, high, dst VecVirtual) { VPMADDWD(low, high, dst) }

// evex is an instruction of three registers of 512 bits in the opcode map 0F38,
// W being 0.
type evex struct {
	name   string
	prefix byte // that it stands for: 0b10 is F3, 0b11 F2
	opcode byte
}

// encode returns the bytes for operands in Intel's order: dst, first, second.
func (e evex) encode(dst, first, second byte) []byte {
	not := func(register, bit byte) byte { return ^register >> bit & 1 }
	return []byte{
		0x62,
		not(dst, 3)<<7 | not(second, 4)<<6 | not(second, 3)<<5 | not(dst, 4)<<4 | 0b010,
		^first&15<<3 | 1<<2 | e.prefix,
		0b10<<5 | not(first, 4)<<3,
		e.opcode,
		0b11<<6 | dst&7<<3 | second&7,
	}
}

// encodePass replaces what stands for instructions of encodings.
var encodePass = pass.FunctionPass(func(f *ir.Function) error {
	var nodes []ir.Node
	for _, node := range f.Nodes {
		i, ok := node.(*ir.Instruction)
		if !ok {
			nodes = append(nodes, node)
			continue
		}
		e, ok := encodings[i.Opcode]
		if !ok {
			nodes = append(nodes, node)
			continue
		}
		var numbers [3]byte
		for n, op := range i.Operands {
			r, ok := op.(Physical)
			if !ok {
				return fmt.Errorf("%s of %v: only registers are encoded", e.name, op)
			}
			numbers[n] = byte(r.PhysicalIndex())
		}
		bytes := e.encode(numbers[2], numbers[1], numbers[0])
		nodes = append(nodes, &ir.Instruction{Opcode: "LONG", Operands: []operand.Op{code(fmt.Sprintf(
			"$0x%08x; WORD $0x%04x // %s %s, %s, %s", binary.LittleEndian.Uint32(bytes), binary.LittleEndian.Uint16(bytes[4:]),
			e.name, i.Operands[0].Asm(), i.Operands[1].Asm(), i.Operands[2].Asm()))}})
	}
	f.Nodes = nodes
	for i, extension := range f.ISA {
		if extension == "AVX512VNNI" { // that of VPDPBUSD
			f.ISA[i] = "AVX512BF16"
		}
	}
	return nil
})

// code is what follows LONG.
type code string

func (c code) Asm() string { return string(c) }
